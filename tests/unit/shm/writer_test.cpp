#include "ntpdshm/writer.hpp"

#include "shm/private_unit.hpp"

using namespace ntpdshm;
using namespace ntpdshm::testing;

namespace {
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t y2038 = 2'147'483'648; // the first second that 31 bits don't hold
} // namespace

TEST_CASE("a second attachment sees each word where the design's table has it") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        const Sample sample{1'700'000'001 * second + 123'456'789,
                            1'700'000'002 * second + 987'654'321, 2, -23, 7};
        REQUIRE(writer.write(sample) == WriteResult::written);
        CHECK(raw.at<std::int32_t>(0) == 1);
        CHECK(raw.at<std::int32_t>(4) == 2);
        CHECK(seconds_at(raw, c, c.clock_sec) == 1'700'000'001);
        CHECK(raw.at<std::int32_t>(c.clock_usec) == 123'456);
        CHECK(seconds_at(raw, c, c.receive_sec) == 1'700'000'002);
        CHECK(raw.at<std::int32_t>(c.receive_usec) == 987'654);
        CHECK(raw.at<std::int32_t>(c.leap) == 2);
        CHECK(raw.at<std::int32_t>(c.precision) == -23);
        CHECK(raw.at<std::int32_t>(c.nsamples) == 7);
        CHECK(raw.at<std::int32_t>(c.valid) == 1);
        CHECK(raw.at<std::int32_t>(c.clock_nsec) == 123'456'789);
        CHECK(raw.at<std::int32_t>(c.receive_nsec) == 987'654'321);
    }
}

TEST_CASE("microseconds are truncated, on both sides of each boundary") {
    struct Row {
        std::int64_t ns;
        std::int32_t usec;
    };
    for (const Case& c : cases)
        for (const Row& row :
             {Row{0, 0}, Row{999, 0}, Row{1000, 1}, Row{1999, 1}, Row{999'999'999, 999'999},
              Row{999'999'000, 999'999}, Row{999'998'999, 999'998}}) {
            RawUnit raw{1};
            Writer writer{open_private(1, c.choice)};
            REQUIRE(writer.write(Sample{5 * second + row.ns, 6 * second + row.ns}) ==
                    WriteResult::written);
            CHECK(seconds_at(raw, c, c.clock_sec) == 5);
            CHECK(raw.at<std::int32_t>(c.clock_usec) == row.usec);
            CHECK(raw.at<std::int32_t>(c.receive_usec) == row.usec);
            CHECK(raw.at<std::int32_t>(c.clock_nsec) == row.ns);
        }
}

TEST_CASE("seconds past 2038 fit the one layout and are an error in the other") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        const std::int64_t last = y2038 * second - 1;
        CHECK(writer.write(Sample{last, last}) == WriteResult::written);
        CHECK(seconds_at(raw, c, c.clock_sec) == y2038 - 1);
        const bool wide = c.layout == Layout::time64;
        const auto expected = wide ? WriteResult::written : WriteResult::out_of_range;
        CHECK(writer.write(Sample{last, last + 1}) == expected);
        CHECK(writer.write(Sample{last + 1, last}) == expected);
        CHECK(writer.write(Sample{last + 1, last + 1}) == expected);
        CHECK(seconds_at(raw, c, c.clock_sec) == (wide ? y2038 : y2038 - 1));
        CHECK(raw.at<std::int32_t>(4) == (wide ? 8 : 2));
        CHECK(raw.at<std::int32_t>(c.valid) == 1);
    }
}

TEST_CASE("seconds past 2106 use the high word") {
    RawUnit raw{1};
    Writer writer{open_private(1, LayoutChoice::time64)};
    const std::int64_t late = 4'294'967'296 + 5;
    REQUIRE(writer.write(Sample{late * second, late * second}) == WriteResult::written);
    CHECK(raw.at<std::int64_t>(8) == late);
    CHECK(raw.at<std::int64_t>(24) == late);
}

TEST_CASE("times before 1970 are refused, and nothing is written") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        CHECK(writer.write(Sample{-1, 0}) == WriteResult::out_of_range);
        CHECK(writer.write(Sample{0, -1}) == WriteResult::out_of_range);
        const std::string zeros(c.size, '\0');
        CHECK(std::memcmp(raw.memory(), zeros.data(), c.size) == 0);
        CHECK(writer.write(Sample{0, 0}) == WriteResult::written);
    }
}

TEST_CASE("every write mends what a starting ntpd, or a stranger, overwrote") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        REQUIRE(writer.write(Sample{second, second, 1, -20, 3}) == WriteResult::written);
        for (std::size_t at = 0; at < c.size; at += 4)
            raw.put<std::int32_t>(at, 0x55555555);
        REQUIRE(writer.write(Sample{second, second, 1, -20, 3}) == WriteResult::written);
        CHECK(raw.at<std::int32_t>(0) == 1);
        CHECK(raw.at<std::int32_t>(4) == 4);
        CHECK(raw.at<std::int32_t>(c.leap) == 1);
        CHECK(raw.at<std::int32_t>(c.precision) == -20);
        CHECK(raw.at<std::int32_t>(c.nsamples) == 3);
        CHECK(seconds_at(raw, c, c.clock_sec) == 1);
    }
}

TEST_CASE("an update leaves alone what it doesn't mention") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        raw.put<std::int32_t>(0, 6);
        raw.put<std::int32_t>(c.leap, 7);
        raw.put<std::int32_t>(c.precision, 8);
        raw.put<std::int32_t>(c.nsamples, 9);
        REQUIRE(writer.write(Update{second, second, {}, {}, {}, {}}) == WriteResult::written);
        CHECK(raw.at<std::int32_t>(0) == 6);
        CHECK(raw.at<std::int32_t>(c.leap) == 7);
        CHECK(raw.at<std::int32_t>(c.precision) == 8);
        CHECK(raw.at<std::int32_t>(c.nsamples) == 9);
        REQUIRE(writer.write(Update{second, second, 0, 1, 2, 3}) == WriteResult::written);
        CHECK(raw.at<std::int32_t>(0) == 0);
        CHECK(raw.at<std::int32_t>(c.leap) == 1);
        CHECK(raw.at<std::int32_t>(c.precision) == 2);
        CHECK(raw.at<std::int32_t>(c.nsamples) == 3);
    }
}

TEST_CASE("the count a killed writer left odd is taken over even") {
    struct Row {
        std::int32_t found, after_one;
    };
    for (const Row& row : {Row{0, 2}, Row{1, 4}, Row{6, 8}, Row{7, 10}, Row{-1, 2}, Row{-2, 0},
                           Row{INT32_MAX, INT32_MIN + 2}}) {
        RawUnit raw{1};
        raw.make(96);
        raw.put<std::int32_t>(4, row.found);
        Writer writer{open_private(1, LayoutChoice::time64)};
        CHECK(raw.at<std::int32_t>(4) == row.found);
        REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
        CHECK(raw.at<std::int32_t>(4) == row.after_one);
    }
}

TEST_CASE("invalidate takes an unread sample back and leaves the count even") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
        writer.invalidate();
        CHECK(raw.at<std::int32_t>(c.valid) == 0);
        CHECK(raw.at<std::int32_t>(4) == 2);
        REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
        CHECK(raw.at<std::int32_t>(c.valid) == 1);
        CHECK(raw.at<std::int32_t>(4) == 4);
    }
}

TEST_CASE("invalidate after a killed writer") {
    RawUnit raw{1};
    raw.make(96);
    raw.put<std::int32_t>(4, 3);
    raw.put<std::int32_t>(48, 1);
    Writer writer{open_private(1, LayoutChoice::time64)};
    writer.invalidate();
    CHECK(raw.at<std::int32_t>(48) == 0);
    CHECK(raw.at<std::int32_t>(4) == 4);
}

TEST_CASE("resume follows a count that others moved") {
    RawUnit raw{1};
    Writer writer{open_private(1, LayoutChoice::time64)};
    raw.put<std::int32_t>(4, 100);
    writer.resume();
    REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
    CHECK(raw.at<std::int32_t>(4) == 102);
}

TEST_CASE("another writer is seen by the count, until the next write or resume") {
    for (const Case& c : cases) {
        RawUnit raw{1};
        Writer writer{open_private(1, c.choice)};
        CHECK_FALSE(writer.disturbed());
        REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
        CHECK_FALSE(writer.disturbed());
        writer.invalidate();
        CHECK_FALSE(writer.disturbed());
        for (const std::int32_t count : {1, 3, 4}) {
            raw.put<std::int32_t>(4, count);
            CHECK(writer.disturbed());
        }
        REQUIRE(writer.write(Sample{second, second}) == WriteResult::written);
        CHECK_FALSE(writer.disturbed());
        raw.put<std::int32_t>(4, 7);
        writer.resume();
        CHECK_FALSE(writer.disturbed());
    }
}
