#include "hal/src/stamp_clock.hpp"

#include "tests/unit/support/fake_clock.hpp"

#include <doctest/doctest.h>

using namespace hal;
using ppsd::app::test::FakeClock;

namespace {

constexpr std::int64_t mono_now = 100'000'000'000;
constexpr std::int64_t real_now = 1'700'000'000'000'000'000;

StampClock judge(std::int64_t stamp, std::int64_t mono = mono_now, std::int64_t real = real_now) {
    return clock_of(stamp, MonoTime::from_ns(mono), RealTime::from_ns(real));
}

FakeClock set_clock() {
    return {MonoTime::from_ns(mono_now), {Nanos{real_now - mono_now}, 7}};
}

/// What an old kernel stamps now.
std::int64_t real_stamp(FakeClock& clock) {
    return clock.offset().to_real(clock.now()).ns();
}

} // namespace

TEST_CASE("a stamp is of the clock that has just passed it") {
    CHECK(judge(mono_now - 20'000) == StampClock::monotonic);
    CHECK(judge(real_now - 20'000) == StampClock::realtime);
    CHECK(judge(mono_now) == StampClock::monotonic);
    CHECK(judge(real_now) == StampClock::realtime);
    CHECK(judge(mono_now + 1) == StampClock::realtime);
}

TEST_CASE("a clock that hasn't been set yet: years behind, or at zero") {
    const std::int64_t behind = mono_now - 40'000'000'000;
    CHECK(judge(mono_now - 1000, mono_now, behind) == StampClock::monotonic);
    CHECK(judge(behind - 1000, mono_now, behind) == StampClock::realtime);
    CHECK(judge(behind + 1, mono_now, behind) == StampClock::monotonic);
    // Where both run from boot, either answer is true.
    CHECK(judge(mono_now - 1000, mono_now, mono_now) == StampClock::monotonic);
}

TEST_CASE("by both in the past: the nearer one, to the nanosecond") {
    CHECK(judge(50, 100, 101) == StampClock::monotonic);
    CHECK(judge(50, 100, 100) == StampClock::monotonic);
    CHECK(judge(50, 100, 99) == StampClock::realtime);
}

TEST_CASE("in the future of both: REALTIME, and the clock was set back since") {
    CHECK(judge(real_now + 3'600'000'000'000) == StampClock::realtime);
}

TEST_CASE("MONOTONIC stamps pass through unchanged, without a generation") {
    FakeClock clock = set_clock();
    StampConverter stamps{clock};
    stamps.begin_batch(true);
    const PulseEdge edge = stamps.convert(mono_now - 5, Polarity::falling);
    CHECK(edge.time == MonoTime::from_ns(mono_now - 5));
    CHECK(edge.polarity == Polarity::falling);
    CHECK_FALSE(edge.generation);
}

TEST_CASE("REALTIME stamps come out as MONOTONIC, with the generation") {
    FakeClock clock = set_clock();
    StampConverter stamps{clock};
    stamps.begin_batch(true);
    const PulseEdge edge = stamps.convert(real_stamp(clock) - 5, Polarity::rising);
    CHECK(edge.time == MonoTime::from_ns(mono_now - 5));
    CHECK(edge.generation == 7u);
}

TEST_CASE("after a step one batch carries the generation that is over") {
    FakeClock clock = set_clock();
    StampConverter stamps{clock};
    const std::int64_t before = real_stamp(clock);
    clock.step(10ms);
    stamps.begin_batch(true);
    CHECK(stamps.convert(before, Polarity::rising).generation == 7u);
    stamps.begin_batch(true);
    CHECK(stamps.convert(real_stamp(clock), Polarity::rising).generation == 8u);
}

TEST_CASE("after a step a full queue's rest is of the old generation too") {
    FakeClock clock = set_clock();
    StampConverter stamps{clock};
    const std::int64_t before = real_stamp(clock);
    clock.step(-1h);
    for (const bool emptied : {false, true}) {
        stamps.begin_batch(emptied);
        CHECK(stamps.convert(before, Polarity::rising).generation == 7u);
    }
    stamps.begin_batch(true);
    CHECK(stamps.convert(real_stamp(clock), Polarity::rising).generation == 8u);
}
