#include "ntpdshm/reader.hpp"

#include "shm/private_unit.hpp"

using namespace ntpdshm;
using namespace ntpdshm::testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t t0 = 1'700'000'000 * second;

Verdict verdict_of(const std::variant<Sample, Verdict>& result) {
    return std::holds_alternative<Sample>(result) ? Verdict::taken : std::get<Verdict>(result);
}

/// A writer and a reader on one private unit.
struct Pair {
    explicit Pair(LayoutChoice choice)
        : raw{3}, writer{open_private(3, choice)}, reader{open_private(3, choice)} {}
    void write(std::int64_t clock, std::int64_t receive) {
        REQUIRE(writer.write(Sample{clock, receive}) == WriteResult::written);
    }
    RawUnit raw;
    Writer writer;
    Reader reader;
};

} // namespace

TEST_CASE("what is written is taken, once, to the nanosecond") {
    for (const Case& c : cases) {
        Pair pair{c.choice};
        CHECK(verdict_of(pair.reader.take(t0)) == Verdict::not_valid);
        REQUIRE(pair.writer.write(Sample{t0 + 123'456'789, t0 + 1, 1, -23, 5}) ==
                WriteResult::written);
        const auto result = pair.reader.take(t0 + second);
        REQUIRE(std::holds_alternative<Sample>(result));
        const auto& sample = std::get<Sample>(result);
        CHECK(sample.clock_ns == t0 + 123'456'789);
        CHECK(sample.receive_ns == t0 + 1);
        CHECK(sample.leap == 1);
        CHECK(sample.precision == -23);
        CHECK(sample.nsamples == 5);
        CHECK(pair.raw.at<std::int32_t>(c.valid) == 0);
        CHECK(verdict_of(pair.reader.take(t0 + second)) == Verdict::not_valid);
    }
}

TEST_CASE("seconds past 2038 and 2106 come back") {
    Pair pair{LayoutChoice::time64};
    for (std::int64_t late : {2'147'483'648LL, 4'294'967'295LL, 4'294'967'296LL}) {
        pair.write(late * second + 7, late * second + 8);
        const auto result = pair.reader.take(late * second + second);
        REQUIRE(std::holds_alternative<Sample>(result));
        CHECK(std::get<Sample>(result).clock_ns == late * second + 7);
        CHECK(std::get<Sample>(result).receive_ns == late * second + 8);
    }
}

TEST_CASE("a sample must be newer than the last") {
    Pair pair{LayoutChoice::time64};
    pair.write(t0, t0);
    CHECK(verdict_of(pair.reader.take(t0)) == Verdict::taken);
    pair.write(t0, t0);
    CHECK(verdict_of(pair.reader.take(t0)) == Verdict::not_newer);
    CHECK(pair.raw.at<std::int32_t>(48) == 0);
    pair.write(t0, t0 + 1);
    CHECK(verdict_of(pair.reader.take(t0 + 1)) == Verdict::taken);
}

TEST_CASE("what the driver refuses stays valid, what the core refuses doesn't") {
    Pair pair{LayoutChoice::time64};
    pair.write(t0, t0);
    pair.raw.put<std::int32_t>(0, 2);
    CHECK(verdict_of(pair.reader.take(t0)) == Verdict::bad_mode);
    CHECK(pair.raw.at<std::int32_t>(48) == 1);
    pair.raw.put<std::int32_t>(0, 1);
    CHECK(verdict_of(pair.reader.take(t0 - 1)) == Verdict::future);
    CHECK(pair.raw.at<std::int32_t>(48) == 0);
}

TEST_CASE("microseconds count where the nanoseconds don't agree with them") {
    for (const Case& c : cases) {
        Pair pair{c.choice};
        pair.write(t0 + 123'456'789, t0 + 5'000);
        pair.raw.put<std::int32_t>(c.clock_nsec, 123'457'000);
        const Snapshot s = pair.reader.peek();
        CHECK_FALSE(s.has_nanoseconds());
        CHECK(s.clock_ns() == t0 + 123'456'000);
        CHECK(s.receive_ns() == t0 + 5'000);
        pair.raw.put<std::int32_t>(c.clock_nsec, 123'456'999);
        CHECK(pair.reader.peek().clock_ns() == t0 + 123'456'999);
        pair.raw.put<std::int32_t>(c.receive_nsec, 4'999);
        CHECK(pair.reader.peek().clock_ns() == t0 + 123'456'000);
    }
}

TEST_CASE("peek changes nothing, works read-only, and shows a new sample by its count") {
    for (const Case& c : cases) {
        Pair pair{c.choice};
        const Reader spectator{Segment::watch(3, LayoutChoice::automatic, private_base())};
        CHECK(spectator.segment().layout() == c.layout);
        CHECK_FALSE(spectator.segment().writable());
        CHECK(spectator.peek().count == 0);
        pair.write(t0 + 1, t0 + 2);
        const Snapshot s = spectator.peek();
        CHECK(s.whole());
        CHECK_FALSE(s.odd());
        CHECK(s.count == 2);
        CHECK(s.valid == 1);
        CHECK(s.mode == 1);
        CHECK(s.clock_ns() == t0 + 1);
        CHECK(s.sample().receive_ns == t0 + 2);
        CHECK(pair.raw.at<std::int32_t>(c.valid) == 1);
    }
}

TEST_CASE("what a killed writer left is seen as odd, and is stale") {
    Pair pair{LayoutChoice::time64};
    pair.write(t0, t0);
    pair.raw.put<std::int32_t>(4, 3);
    pair.raw.put<std::int64_t>(24, 0);
    const Snapshot s = pair.reader.peek();
    CHECK(s.odd());
    CHECK(verdict_of(pair.reader.take(t0)) == Verdict::stale);
}

TEST_CASE("scribbles of every kind are read without harm") {
    for (const std::int32_t word : {-1, INT32_MIN, INT32_MAX, 0x55555555}) {
        Pair pair{LayoutChoice::time64};
        for (std::size_t at = 0; at < 96; at += 4)
            pair.raw.put<std::int32_t>(at, word);
        const Snapshot s = pair.reader.peek();
        for (const Program program : {Program::chrony, Program::ntp, Program::ntpsec})
            CHECK(judge(program, s, {}) != Verdict::taken);
        CHECK(verdict_of(pair.reader.take(t0)) != Verdict::taken);
    }
}
