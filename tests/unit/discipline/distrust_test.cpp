#include "daemon/discipline/distrust.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;
using namespace hal;
using Reason = Distrust::Reason;

namespace {

constexpr MonoTime mono_start = MonoTime::from_ns(1'000'000'000'000);
constexpr UtcSecond first = UtcSecond::from_posix(1'800'000'000); // the middle of a month

/// A receiver, and a board whose oscillator and slewing are told.
struct World {
    explicit World(Nanos length = 60s) : distrust{length} {}

    /// So much later on the true clock, which the receiver shows: its pulse and its label.
    Distrust::Finding second(std::int64_t labels = 1, Nanos phase = 0ns) {
        label = label + labels;
        const Nanos raw = 1s + phase + Nanos{oscillator_ppm * 1000};
        raw_minus_mono -= raw / 1'000'000 * slew_ppm;
        mono = mono + raw + raw / 1'000'000 * slew_ppm;
        if (oscillator_known) distrust.note_oscillator(mono + 300us, raw_minus_mono);
        return distrust.judge({label, mono});
    }
    /// The number of seconds until the first finding; 0: none in that many.
    int seconds_until(Reason reason, int most) {
        for (int i = 1; i <= most; ++i)
            if (second().reason == reason) return i;
        return 0;
    }

    Distrust distrust;
    bool oscillator_known = true;
    std::int64_t oscillator_ppm = 0;
    std::int64_t slew_ppm = 0;
    UtcSecond label = first;
    MonoTime mono = mono_start;
    Nanos raw_minus_mono{0};
};

bool quiet(World& world, int seconds) {
    for (int i = 0; i < seconds; ++i) {
        const auto finding = world.second();
        if (finding.reason != Reason::none || finding.withheld) return false;
    }
    return true;
}

} // namespace

TEST_CASE("a good receiver is never doubted, by any oscillator, however the clock is slewed") {
    for (const std::int64_t oscillator : {0, 100, -100, 1000, -1000})
        for (const std::int64_t slew : {0, 500, -500, 83'333, -83'333}) {
            CAPTURE(oscillator);
            CAPTURE(slew);
            World world;
            world.oscillator_ppm = oscillator;
            CHECK(quiet(world, 200));
            world.slew_ppm = slew; // all at once
            CHECK(quiet(world, 400));
            world.slew_ppm = -slew;
            CHECK(quiet(world, 400));
        }
}

TEST_CASE("nor where the oscillator is not known") {
    for (const std::int64_t slew : {0, 83'333, -83'333}) {
        World world;
        world.oscillator_known = false;
        world.slew_ppm = slew;
        CHECK(quiet(world, 1000));
    }
}

TEST_CASE("a second that jumps is found at once, withheld for its time, and believed after it") {
    for (const std::int64_t jump : {2, 0, -3, 1000, 619'315'200}) {
        CAPTURE(jump);
        World world;
        CHECK(quiet(world, 20));
        const auto finding = world.second(jump);
        CHECK(finding.reason == Reason::second_jumped);
        CHECK(finding.withheld);
        CHECK(finding.off == std::chrono::seconds{jump - 1});
        for (int i = 1; i < 60; ++i) {
            const auto next = world.second();
            CHECK(next.reason == Reason::none);
            CHECK(next.withheld);
        }
        CHECK_FALSE(world.second().withheld);
        CHECK(quiet(world, 300));
    }
}

TEST_CASE("a jump is found where the oscillator is not known, too, however slewed") {
    for (const std::int64_t slew : {0, 83'333, -83'333}) {
        World world;
        world.oscillator_known = false;
        world.slew_ppm = slew;
        CHECK(quiet(world, 20));
        CHECK(world.second(2).reason == Reason::second_jumped);
    }
}

TEST_CASE("a pulse that moves by more than an oscillator can: both sides of 26.5 ms in a second") {
    for (const int sign : {1, -1}) {
        World world;
        CHECK(quiet(world, 20));
        CHECK(world.second(1, sign * 26400us).reason == Reason::none);
        CHECK(world.second(1, sign * -26400us).reason == Reason::none);
        const auto finding = world.second(1, sign * 26'600us);
        CHECK(finding.reason == Reason::pulse_moved);
        CHECK(finding.withheld);
        CHECK(finding.off == sign * -26'600us);
        CHECK(world.second().reason == Reason::none); // it is there now
    }
}

TEST_CASE("slewing hides no pulse that moves") {
    World world;
    world.slew_ppm = 83'333;
    CHECK(quiet(world, 20));
    CHECK(world.second(1, 40ms).reason == Reason::pulse_moved);
}

TEST_CASE("a wrong rate: both sides of what no oscillator does") {
    for (const std::int64_t ppm : {1490, -1490}) {
        World world;
        world.oscillator_ppm = ppm;
        CHECK(quiet(world, 600));
    }
    for (const std::int64_t ppm : {2000, -2000, 9000, -9000}) {
        CAPTURE(ppm);
        World world;
        CHECK(quiet(world, 130));
        world.oscillator_ppm = ppm;
        const int found = world.seconds_until(Reason::wrong_rate, 130);
        CHECK(found > 0);
        CHECK(world.second().withheld);
    }
}

TEST_CASE("a wrong rate that lasts keeps it withheld") {
    World world{10s};
    CHECK(quiet(world, 130));
    world.oscillator_ppm = 5000;
    REQUIRE(world.seconds_until(Reason::wrong_rate, 130) > 0);
    int found = 0;
    for (int i = 0; i < 600; ++i)
        if (world.second().reason != Reason::none) ++found;
    CHECK(found >= 3);
}

TEST_CASE("at the end of a month the numbers may move by one, either way, and no more") {
    constexpr UtcSecond march = UtcSecond::from_posix(1'772'323'200); // 2026-03-01
    for (const std::int64_t labels : {0, 2}) {
        CAPTURE(labels);
        World world;
        world.label = march - 21;
        CHECK(quiet(world, 20));
        const auto finding = world.second(labels);
        // One second before the end the label is 23:59:59.
        CHECK(finding.reason == Reason::none);
    }
    World world;
    world.label = march - 21;
    CHECK(quiet(world, 20));
    CHECK(world.second(3).reason == Reason::second_jumped);
    World earlier;
    earlier.label = march - 100;
    CHECK(quiet(earlier, 20));
    CHECK(earlier.second(2).reason == Reason::second_jumped);
}

TEST_CASE("after a long silence a true second is still one") {
    World world;
    CHECK(quiet(world, 130));
    world.label = world.label + 3600;
    world.mono = world.mono + 3600s;
    CHECK(quiet(world, 130));
    world.label = world.label + 3607; // a jump of 7 s in an hour
    world.mono = world.mono + 3600s;
    CHECK(world.second().reason == Reason::second_jumped);
}

TEST_CASE("forget: the machine slept, and no comparison reaches across") {
    World world;
    CHECK(quiet(world, 130));
    world.label = world.label + 500;
    world.distrust.forget();
    CHECK(quiet(world, 130));
    CHECK(world.second(3).withheld);
    world.distrust.forget();
    CHECK(world.second().withheld); // that it was wrong is not forgotten
}

TEST_CASE("0: all is believed") {
    World world{0s};
    CHECK(quiet(world, 20));
    const auto finding = world.second(1000, 300ms);
    CHECK(finding.reason == Reason::none);
    CHECK_FALSE(finding.withheld);
}

TEST_CASE("withholds: until its time is over") {
    World world{10s};
    CHECK(quiet(world, 20));
    CHECK_FALSE(world.distrust.until());
    CHECK(world.second(5).withheld);
    REQUIRE(world.distrust.until() == world.mono + 10s);
    CHECK(world.distrust.withholds(world.mono + 10s - 1ns));
    CHECK_FALSE(world.distrust.withholds(world.mono + 10s));
}

TEST_CASE("each reason has words") {
    for (const auto reason : {Reason::second_jumped, Reason::pulse_moved, Reason::wrong_rate})
        CHECK(name(reason).size() > 10);
}
