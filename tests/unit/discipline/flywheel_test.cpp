#include "daemon/discipline/flywheel.hpp"
#include "tests/unit/discipline/instants.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace ppsd::discipline;

namespace {

constexpr double worst_rate = 500; // ppm, before it is known
constexpr double temperature = 20; // ppm, when it is
constexpr Nanos phase_lost = 250ms;
constexpr int memory = 32; // pulses

/// How far a time is from a whole second.
Nanos off_second(WheelTime t) {
    const Nanos after = (t - WheelTime{}) % whole_seconds(1);
    return std::min(std::chrono::abs(after), 1s - std::chrono::abs(after));
}

/// A flywheel that has seen pulses 0 to `pulses` - 1 of an oscillator that is so much too fast.
Flywheel wheel_with(int pulses, double ppm = 0) {
    Flywheel wheel;
    const Nanos second = 1s + parts_per_million(ppm);
    (void)wheel.begin(at(0s), at(2 * second), 2, 0ns);
    for (int n = 3; n < pulses; ++n)
        (void)wheel.follow(at(n * second));
    return wheel;
}

} // namespace

TEST_CASE("flywheel: before there is a pulse it runs at the oscillator's rate, and has no phase") {
    const Flywheel wheel;
    CHECK(wheel.at(at(5s)) - wheel.at(at(0s)) == 5s);
    CHECK(wheel.rate() == 0);
    CHECK_FALSE(wheel.phased(at(0s)));
    CHECK(wheel.drift_over(1000s) == parts_per_million(worst_rate, 1000s));
}

TEST_CASE(
    "flywheel: pulses that begin it come at whole seconds; nothing moves by more than a half") {
    for (Nanos t = 0ms; t < 2s; t += 50ms) {
        Flywheel wheel;
        const WheelTime before = wheel.at(at(t + 2s));
        const Nanos moved = wheel.begin(at(t), at(t + 2s), 2, 0ns);
        CHECK(std::chrono::abs(moved) <= 500ms);
        CHECK(wheel.at(at(t + 2s)) == before + moved);
        CHECK(off_second(wheel.at(at(t + 2s))) == 0ns);
        CHECK(wheel.phased(at(t + 2s)));
    }
}

TEST_CASE(
    "flywheel: the first and the last of the pulses that begin it tell the rate, to 500 ppm") {
    for (const double ppm : {-500.0, -80.0, 0.0, 80.0, 500.0}) {
        const Flywheel wheel = wheel_with(3, ppm);
        CHECK(wheel.rate() == doctest::Approx(ppm * 1e-6).epsilon(1e-6));
    }
    CHECK(wheel_with(3, 3000).rate() == doctest::Approx(worst_rate * 1e-6));
    CHECK(wheel_with(3, -3000).rate() == doctest::Approx(-worst_rate * 1e-6));
}

TEST_CASE(
    "flywheel: how wrong the rate may be, by how much the pulses scatter and how few they are") {
    for (const double scatter : {10.0, 20.0}) { // us
        Flywheel wheel;
        (void)wheel.begin(at(0s), at(2s), 2, Nanos{std::llround(scatter * 1e3)});
        // Six deviations of a slope through three points; a deviation is 1.25 mean distances.
        const double ppm = temperature + 6 * 1.25 * scatter * std::sqrt(12.0 / 27);
        const Nanos drift = wheel.drift_over(1000s);
        CHECK(std::chrono::abs(drift - parts_per_million(ppm, 1000s)) < 1us);
        CHECK(drift < parts_per_million(worst_rate, 1000s));
    }
}

TEST_CASE("flywheel: a pulse moves time by what it says") {
    Flywheel wheel = wheel_with(10);
    const WheelTime before = wheel.at(at(10s + 8us));
    const Nanos moved = wheel.follow(at(10s + 8us));
    CHECK(moved < 0ns); // it came late: it is less late than it seemed
    CHECK(moved >= -8us);
    CHECK(wheel.at(at(10s + 8us)) == before + moved);
}

TEST_CASE("flywheel: 32 pulses tell the rate to a ppm, from a start that is wrong by 20") {
    Flywheel wheel;
    const Nanos second = 1s + parts_per_million(100);
    (void)wheel.begin(at(-40us), at(2 * second), 2, 10us);
    for (int n = 3; n < 3 + memory; ++n)
        (void)wheel.follow(at(n * second));
    CHECK(wheel.rate() * 1e6 == doctest::Approx(100).epsilon(0.01));
    CHECK(off_second(wheel.at(at((memory + 13) * second))) < 10us); // ten seconds on
}

TEST_CASE("flywheel: missing pulses change nothing of the rate") {
    Flywheel wheel;
    const Nanos second = 1s + parts_per_million(-60);
    (void)wheel.begin(at(0s), at(2 * second), 2, 0ns);
    for (int n = 7; n < 200; n += 5)
        (void)wheel.follow(at(n * second));
    CHECK(wheel.rate() * 1e6 == doctest::Approx(-60).epsilon(0.01));
}

TEST_CASE("flywheel: pulses that scatter by microseconds leave time and rate where they were") {
    Flywheel wheel = wheel_with(memory);
    for (int n = memory; n < 1000; ++n)
        (void)wheel.follow(at(whole_seconds(n) + (n % 2 == 0 ? 5us : -5us)));
    CHECK(off_second(wheel.at(at(1000s))) < 2us);
    CHECK(std::abs(wheel.rate() * 1e6) < 0.5);
    CHECK(wheel.scatter() > 3us);
    CHECK(wheel.scatter() < 8us);
}

TEST_CASE("flywheel: what is further off than 12 times the scatter doesn't only scatter") {
    Flywheel wheel = wheel_with(memory);
    CHECK(wheel.scatter_limit() >= 5us);
    CHECK(wheel.scatter_limit() < 20us);
    for (int n = memory; n < 300; ++n)
        (void)wheel.follow(at(whole_seconds(n) + (n % 2 == 0 ? 8us : -8us)));
    CHECK(wheel.scatter_limit() >= 12 * wheel.scatter());
    CHECK(wheel.scatter_limit() > 60us);
    CHECK(wheel.scatter_limit() < 150us);
}

TEST_CASE("flywheel: drift is 500 ppm at the most, 20 and a little once 32 pulses have been") {
    CHECK(wheel_with(3).drift_over(1000s) <= parts_per_million(worst_rate, 1000s));
    const Nanos learned = wheel_with(10 * memory).drift_over(1000s);
    CHECK(learned >= parts_per_million(temperature, 1000s));
    CHECK(learned < parts_per_million(1.1 * temperature, 1000s));
    CHECK(wheel_with(3).drift_over(1000s) > learned);
    CHECK(wheel_with(3).drift_over(-1000s) == wheel_with(3).drift_over(1000s));
}

TEST_CASE("flywheel: drift grows from the last pulse on, either way") {
    const Flywheel wheel = wheel_with(memory);
    const Nanos last = whole_seconds(memory - 1);
    CHECK(wheel.drift(at(last)) == 0ns);
    CHECK(wheel.drift(at(last + 100s)) == wheel.drift_over(100s));
    CHECK(wheel.drift(at(last - 100s)) == wheel.drift_over(100s));
}

TEST_CASE("flywheel: the phase is lost where it may have drifted by 250 ms, to the nanosecond") {
    const Flywheel wheel = wheel_with(memory);
    Nanos low = 1000s;
    Nanos high = 100'000s;
    const Nanos last = whole_seconds(memory - 1);
    REQUIRE(wheel.phased(at(last + low)));
    REQUIRE_FALSE(wheel.phased(at(last + high)));
    while (high - low > 1ns) {
        const Nanos middle = low + (high - low) / 2;
        (wheel.phased(at(last + middle)) ? low : high) = middle;
    }
    CHECK(wheel.drift_over(low) < phase_lost);
    CHECK(wheel.drift_over(high) >= phase_lost);
}

TEST_CASE("flywheel: one outlier teaches the scatter little, and nothing else") {
    Flywheel wheel = wheel_with(memory);
    const Nanos before = wheel.scatter();
    const WheelTime then = wheel.at(at(100s));
    wheel.learn_scatter(25ms);
    CHECK(wheel.scatter() > before);
    CHECK(wheel.scatter() < before + 2us);
    CHECK(wheel.at(at(100s)) == then);
    wheel.learn_scatter(-25ms);
    CHECK(wheel.scatter() < before + 4us);
}

TEST_CASE("flywheel: outliers without end widen the limit to less than what is no pulse any more") {
    Flywheel wheel = wheel_with(memory);
    for (int n = 0; n < 10'000; ++n)
        wheel.learn_scatter(500ms);
    CHECK(wheel.scatter_limit() < 100ms);
}

TEST_CASE("flywheel: a jump sets the phase by one pulse, and keeps the rate") {
    Flywheel wheel = wheel_with(memory, 50);
    const double rate = wheel.rate();
    const OscTime pulse = at(whole_seconds(memory) + 3ms); // where 1.6 ms were due
    const WheelTime before = wheel.at(pulse);
    const Nanos moved = wheel.jump(pulse);
    CHECK(off_second(wheel.at(pulse)) == 0ns);
    CHECK(wheel.at(pulse) == before + moved);
    CHECK(moved < 0ns);
    CHECK(wheel.rate() == rate);
}

TEST_CASE("flywheel: what a jump is off by, beyond the scatter, is the rate's if it can be") {
    constexpr int alone = 1000 - memory + 1; // s
    for (const bool can_be : {true, false}) {
        Flywheel wheel = wheel_with(memory);
        const double ppm = can_be ? 10 : 2 * temperature;
        const OscTime pulse = at(whole_seconds(1000) + alone * parts_per_million(ppm));
        (void)wheel.jump(pulse);
        CHECK(off_second(wheel.at(pulse)) == 0ns);
        CHECK(wheel.rate() * 1e6 == doctest::Approx(can_be ? ppm : 0).epsilon(0.01));
    }
}

TEST_CASE("flywheel: a jump by one late interrupt after seconds alone hardly moves the rate") {
    Flywheel wheel = wheel_with(memory);
    const Nanos limit = wheel.scatter_limit();
    (void)wheel.jump(at(whole_seconds(memory + 3) + limit + 20us)); // four seconds alone
    CHECK(wheel.rate() * 1e6 == doctest::Approx(5).epsilon(0.01));
}
