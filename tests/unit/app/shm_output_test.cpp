#include "daemon/app/shm_output.hpp"

#include "tests/unit/app/capture.hpp"
#include "tests/unit/app/private_unit.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;

Sample sample(std::int64_t second) {
    return {hal::UtcSecond::from_posix(second),
            hal::RealTime::from_ns(second * ns_per_s - 123'456'789), 2, -17};
}

} // namespace

TEST_CASE("a sample's words are in the segment, and readers believe the nanoseconds") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::info, true};
    const Capture err;
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    CHECK(err.text() == "<6>" + ntpdshm::name_of(unit.number()) + ": made, layout time64\n");
    REQUIRE(output.publish(sample(1'800'000'000)));
    const auto words = unit.peek();
    CHECK(words.mode == 1);
    CHECK(words.valid == 1);
    CHECK_FALSE(words.odd());
    CHECK(words.has_nanoseconds());
    CHECK(words.clock_sec == 1'800'000'000);
    CHECK(words.clock_usec == 0);
    CHECK(words.clock_nsec == 0);
    CHECK(words.receive_sec == 1'799'999'999);
    CHECK(words.receive_usec == 876'543);
    CHECK(words.receive_nsec == 876'543'211);
    CHECK(words.leap == 2);
    CHECK(words.precision == -17);
}

TEST_CASE("invalidate takes back what lies unread") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::error, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    REQUIRE(output.publish(sample(1'800'000'000)));
    output.invalidate();
    CHECK(unit.peek().valid == 0);
    REQUIRE(output.publish(sample(1'800'000'001)));
    CHECK(unit.peek().valid == 1);
}

TEST_CASE("a second that the layout can't say is not written") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::error, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time32, log};
    constexpr std::int64_t last = INT32_MAX; // 2038-01-19T03:14:07Z
    CHECK(output.publish(sample(last)));
    const auto count = unit.peek().count;
    CHECK_FALSE(output.publish(sample(last + 1)));
    CHECK(unit.peek().count == count);
    CHECK(unit.peek().clock_sec == last);
}

TEST_CASE("a segment that was removed is made anew, and that is said") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    REQUIRE(output.publish(sample(1'800'000'000)));
    unit.remove();
    CHECK_FALSE(ntpdshm::find_segment(unit.number()));
    const Capture err;
    REQUIRE(output.publish(sample(1'800'000'001)));
    CHECK(err.text() == "<5>" + ntpdshm::name_of(unit.number()) + ": it was removed; made anew\n");
    CHECK(unit.peek().clock_sec == 1'800'000'001); // what a reader finds that starts now
    REQUIRE(output.publish(sample(1'800'000'002)));
    CHECK(err.count("removed") == 1);
}

TEST_CASE("a segment that can't be made anew is complained about once") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    unit.remove();
    unit.make(80); // somebody else's, of the other layout
    const Capture err;
    for (int i = 0; i < 3; ++i)
        (void)output.publish(sample(1'800'000'000 + i));
    CHECK(err.count("<3>" + ntpdshm::name_of(unit.number()) + ": ") == 1);
    unit.remove();
    REQUIRE(output.publish(sample(1'800'000'003)));
    CHECK(unit.peek().clock_sec == 1'800'000'003);
}

TEST_CASE("an existing segment of another size is refused") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    unit.make(80);
    const Log log{LogLevel::error, true};
    CHECK_THROWS_AS((ShmOutput{unit.number(), ntpdshm::LayoutChoice::time64, log}),
                    ntpdshm::SegmentError);
}
