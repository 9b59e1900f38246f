#include "hal/src/sim/clock_model.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {
const Oscillator oscillator{MonoTime::from_ns(1'000), Random{1, 2}};
} // namespace

TEST_CASE("a step shows at the next offset(), and begins a generation") {
    ClockModel clock{5s, oscillator};
    CHECK(clock.offset() == ClockOffset{5s, 0});
    clock.step(-2s);
    CHECK(clock.real_minus_mono() == 3s);
    CHECK(clock.offset() == ClockOffset{3s, 1});
    CHECK(clock.offset() == ClockOffset{3s, 1});
}

TEST_CASE("a step inside comes right after it was asked for again at one moment") {
    ClockModel clock{5s, oscillator};
    clock.step_inside(1s);
    CHECK(clock.will_step_inside());
    CHECK(clock.offset() == ClockOffset{5s, 0});
    clock.set_now(MonoTime::from_ns(1));
    CHECK(clock.offset() == ClockOffset{5s, 0}); // at another one
    CHECK(clock.will_step_inside());
    CHECK(clock.real_minus_mono() == 5s);
    CHECK(clock.offset() == ClockOffset{5s, 0});
    CHECK_FALSE(clock.will_step_inside());
    CHECK(clock.real_minus_mono() == 6s);
    CHECK(clock.offset() == ClockOffset{6s, 1});
    CHECK(clock.offset() == ClockOffset{6s, 1}); // once
}

TEST_CASE("it says the time that it is told") {
    ClockModel clock{0s, oscillator};
    clock.set_now(MonoTime::from_ns(77));
    CHECK(clock.now() == MonoTime::from_ns(77));
    CHECK(clock.stamp() == Stamp{OscTime::from_ns(77), MonoTime::from_ns(77)});
    CHECK_FALSE(clock.synchronised());
    clock.synchronise(true);
    CHECK(clock.synchronised());
    CHECK(clock.step_fd() == -1);
}
