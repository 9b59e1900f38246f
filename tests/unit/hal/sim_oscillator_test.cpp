#include "hal/src/sim/oscillator.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr MonoTime zero = MonoTime::from_ns(1'000);

/// Neither walk nor swing.
Parameters steady(double drift_ppm) {
    Parameters parameters;
    parameters.set("clock.drift", drift_ppm);
    parameters.set("clock.walk", 0);
    parameters.set("clock.swing", 0);
    return parameters;
}

/// What CLOCK_MONOTONIC has gained after so many seconds.
Nanos gained(Oscillator& oscillator, const Parameters& parameters, std::int64_t seconds) {
    for (std::int64_t n = 0; n < seconds; ++n)
        oscillator.advance(begin_of_index(n), parameters);
    const TrueTime end = begin_of_index(seconds);
    return oscillator.to_mono(end) - zero - (end - TrueTime{});
}

} // namespace

TEST_CASE("it begins where it was told to, and drifts by what it was told") {
    Oscillator oscillator{zero, Random{1, 2}};
    CHECK(oscillator.to_mono(TrueTime{}) == zero);
    CHECK(gained(oscillator, steady(20), 100) == 2'000us);
    Oscillator slow{zero, Random{1, 2}};
    CHECK(gained(slow, steady(-20), 100) == -2'000us);
}

TEST_CASE("a slew multiplies, is felt from its moment on, and leaves no step") {
    Oscillator oscillator{zero, Random{1, 2}};
    oscillator.advance(TrueTime{}, steady(0));
    const TrueTime half = TrueTime::from_ns(500'000'000);
    const MonoTime before = oscillator.to_mono(half);
    oscillator.slew(half, 83'333);
    CHECK(oscillator.to_mono(half) == before);
    CHECK(oscillator.to_mono(half - 1ms) == before - 1ms); // what was is not changed
    CHECK(oscillator.to_mono(half + 300ms) - before == 300ms + 24'999'900ns);
    CHECK(oscillator.rate() == doctest::Approx(0.083333));
}

TEST_CASE("CLOCK_MONOTONIC_RAW drifts, but is not slewed: the same from true time and MONOTONIC") {
    Oscillator oscillator{zero, Random{1, 2}};
    oscillator.advance(TrueTime{}, steady(20));
    const TrueTime half = TrueTime::from_ns(500'000'000);
    oscillator.slew(half, 83'333);
    for (const Nanos since : {Nanos{-300ms}, -1ns, 0ns, 1ns, Nanos{300ms}, Nanos{3600s}}) {
        CAPTURE(since.count());
        const Nanos raw = oscillator.to_raw(half + since);
        const auto off = oscillator.to_osc(oscillator.to_mono(half + since)).ns() - raw.count();
        CHECK(std::abs(off) <= 1);
        const Nanos passed = raw - oscillator.to_raw(half);
        CHECK(std::abs((passed - since - since / 50'000).count()) <= 1);
    }
}

TEST_CASE("asleep it stands still, and goes on where it stood") {
    Oscillator oscillator{zero, Random{1, 2}};
    oscillator.advance(TrueTime{}, steady(0));
    const TrueTime second = TrueTime::from_ns(1'000'000'000);
    oscillator.sleep(second, true);
    const MonoTime asleep = oscillator.to_mono(second + 50s);
    CHECK(oscillator.to_osc(asleep) == OscTime::from_ns(1'000'001'000));
    oscillator.sleep(second + 50s, false);
    CHECK(oscillator.to_osc(oscillator.to_mono(second + 51s)) == OscTime::from_ns(2'000'001'000));
}

TEST_CASE("it walks, swings, and does so again from the same seed") {
    Parameters parameters = steady(0);
    parameters.set("clock.walk", 10);
    Oscillator one{zero, Random{1, 2}}, same{zero, Random{1, 2}}, other{zero, Random{2, 2}};
    const Nanos walked = gained(one, parameters, 1000);
    CHECK(walked == gained(same, parameters, 1000));
    CHECK(walked != gained(other, parameters, 1000));
    CHECK(walked != 0ns);

    Parameters swinging = steady(0);
    swinging.set("clock.swing", 10);
    swinging.set("clock.swing-period", 1000);
    Oscillator half_a_swing{zero, Random{1, 2}};
    const auto largest = gained(half_a_swing, swinging, 500); // 10 ppm * 500 s * 2 / pi
    CHECK(largest > 3'100us);
    CHECK(largest < 3'250us);
}

TEST_CASE("a temperature step moves the rate by 10 ppm in a minute, and back") {
    Oscillator oscillator{zero, Random{1, 2}};
    Parameters parameters = steady(0);
    parameters.set("clock.temperature-step", 10);
    (void)gained(oscillator, parameters, 59);
    CHECK(oscillator.rate() < 9.9e-6);
    (void)gained(oscillator, parameters, 2);
    CHECK(oscillator.rate() == doctest::Approx(10e-6));
    (void)gained(oscillator, steady(0), 61);
    CHECK(oscillator.rate() == doctest::Approx(0));
}
