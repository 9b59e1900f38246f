#include "hal/system_clock.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <sys/timex.h>
#include <utility>

using namespace hal;

namespace {

/// A machine whose clocks advance by `tick` at each look, and whose REALTIME can be stepped.
struct Machine {
    std::int64_t mono = 5'000'000'000;
    std::int64_t offset = 1'700'000'000'000'000'000;
    std::int64_t tick = 3;
    std::int64_t hold_up = 0; ///< a look at the oscillator takes that longer
    int held_up = 0;          ///< so many of them
    std::int64_t slept = 60'000'000'000;
    std::int64_t raw_ahead = 0;
    bool set = false; ///< somebody has set REALTIME
} machine;

MonoTime read_mono() noexcept {
    return MonoTime::from_ns(machine.mono += machine.tick);
}
RealTime read_real() noexcept {
    return RealTime::from_ns((machine.mono += machine.tick) + machine.offset);
}

Nanos read_boot() noexcept {
    return Nanos{(machine.mono += machine.tick) + machine.slept};
}
Nanos read_raw() noexcept {
    machine.mono += machine.tick;
    if (machine.held_up-- > 0) machine.mono += machine.hold_up;
    return Nanos{machine.mono + machine.raw_ahead};
}

bool was_set() noexcept {
    return std::exchange(machine.set, false);
}

struct Fixture {
    Fixture() { machine = Machine{}; }
};

SystemClock make() {
    return SystemClock{{read_mono, read_real}};
}

bool readable(int fd) {
    pollfd p{fd, POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "the offset is found to within what it says") {
    SystemClock clock = make();
    const ClockOffset found = clock.offset();
    CHECK(found.generation == 0);
    CHECK(std::abs((found.real_minus_mono - Nanos{machine.offset}).count()) <=
          clock.uncertainty().count());
    CHECK(clock.uncertainty() <= Nanos{4});
}

TEST_CASE_FIXTURE(Fixture, "without a step the offset stays the very same") {
    SystemClock clock = make();
    const ClockOffset first = clock.offset();
    for (int i = 0; i < 1000; ++i)
        CHECK(clock.offset() == first);
}

TEST_CASE_FIXTURE(Fixture, "a step begins a generation, forward and back") {
    SystemClock clock = make();
    for (const std::int64_t step : {1'000'000'000L, -1'000'000'000L, 1000L, -1000L}) {
        const ClockOffset before = clock.offset();
        machine.offset += step;
        const ClockOffset after = clock.offset();
        CHECK(after.generation == before.generation + 1);
        CHECK(std::abs((after.real_minus_mono - Nanos{machine.offset}).count()) <= 4);
        CHECK(clock.offset() == after);
    }
}

TEST_CASE_FIXTURE(Fixture, "a step is seen as soon as it leaves bracket and uncertainty") {
    SystemClock clock = make();
    const ClockOffset before = clock.offset();
    const std::int64_t err = before.real_minus_mono.count() - machine.offset;
    // A fresh bracket is the true offset, a tick and a nanosecond to either side.
    const std::int64_t reach = machine.tick + 1 + clock.uncertainty().count();
    machine.offset += err + reach;
    CHECK(clock.offset().generation == before.generation);
    machine.offset += 1;
    CHECK(clock.offset().generation == before.generation + 1);
}

TEST_CASE_FIXTURE(Fixture, "preemption alone is no step") {
    SystemClock clock = make();
    const ClockOffset before = clock.offset();
    machine.tick = 50'000'000;
    CHECK(clock.offset() == before);
}

TEST_CASE("this machine's clock") {
    SystemClock clock;
    const ClockOffset offset = clock.offset();
    CHECK(offset.real_minus_mono > 0ns);
    CHECK(clock.uncertainty() < 1ms);
    CHECK(clock.step_fd() >= 0);
    const MonoTime earlier = clock.now();
    CHECK(earlier <= clock.now());
    [[maybe_unused]] const bool either = clock.synchronised();
}

TEST_CASE_FIXTURE(Fixture, "acknowledging where nothing was set changes nothing") {
    SystemClock clock = make();
    const ClockOffset before = clock.offset();
    if (readable(clock.step_fd())) return; // Someone has just set this machine's clock.
    clock.acknowledge_step();
    CHECK(clock.offset() == before);
}

TEST_CASE_FIXTURE(Fixture, "a setting of the clock is one generation, whoever notices it first") {
    SystemClock clock{{read_mono, read_real, nullptr, nullptr, was_set}};
    const auto step = [] {
        machine.offset += 1'000'000'000;
        machine.set = true;
    };
    step();
    clock.acknowledge_step();
    CHECK(clock.offset().generation == 1);
    step();
    CHECK(clock.offset().generation == 2);
    clock.acknowledge_step();
    CHECK(clock.offset().generation == 2);
    // The next one is another.
    step();
    clock.acknowledge_step();
    CHECK(clock.offset().generation == 3);
    CHECK(std::abs((clock.offset().real_minus_mono - Nanos{machine.offset}).count()) <= 4);
}

TEST_CASE_FIXTURE(Fixture, "a step that was taken back begins a generation, too") {
    SystemClock clock{{read_mono, read_real, nullptr, nullptr, was_set}};
    machine.set = true;
    clock.acknowledge_step();
    CHECK(clock.offset().generation == 1);
    clock.acknowledge_step(); // nothing was set since
    CHECK(clock.offset().generation == 1);
}

TEST_CASE_FIXTURE(Fixture, "a second step, after offset() has noticed the first") {
    SystemClock clock{{read_mono, read_real, nullptr, nullptr, was_set}};
    machine.offset += 1'000'000'000;
    machine.set = true;
    CHECK(clock.offset().generation == 1);
    machine.offset += 1'000'000'000;
    clock.acknowledge_step();
    CHECK(clock.offset().generation == 2);
}

TEST_CASE("synchronised: what adjtimex(2) gives, also around a leap second, without STA_UNSYNC") {
    for (const int told : {TIME_OK, TIME_INS, TIME_DEL, TIME_OOP, TIME_WAIT}) {
        CHECK(SystemClock::means_synchronised(told, 0));
        CHECK(SystemClock::means_synchronised(told, STA_PLL | STA_NANO));
        CHECK_FALSE(SystemClock::means_synchronised(told, STA_UNSYNC));
        CHECK_FALSE(SystemClock::means_synchronised(told, STA_UNSYNC | STA_PLL));
    }
    CHECK_FALSE(SystemClock::means_synchronised(TIME_ERROR, 0));
    CHECK_FALSE(SystemClock::means_synchronised(-1, 0)); // it could not be asked
}

TEST_CASE_FIXTURE(Fixture, "sleep: the same value until it has slept, then longer by that") {
    SystemClock clock{{read_mono, read_real, read_boot, read_raw}};
    const Nanos before = clock.slept();
    for (int i = 0; i < 100; ++i)
        CHECK(clock.slept() == before);
    machine.slept += 4'999'000; // too short to be told from two looks at two clocks
    CHECK(clock.slept() == before);
    machine.slept += 12'000'000'000 - 4'999'000;
    const Nanos length = clock.slept() - before;
    CHECK(length > 12s - 100ns);
    CHECK(length < 12s + 100ns);
    CHECK(clock.slept() - before == length);
}

TEST_CASE_FIXTURE(Fixture,
                  "being held up between two looks is no sleep, and hides the oscillator") {
    SystemClock clock{{read_mono, read_real, read_boot, read_raw}};
    const Nanos before = clock.slept();
    machine.tick = 80'000'000; // each look takes 80 ms
    CHECK(clock.slept() == before);
    CHECK_FALSE(clock.raw_minus_mono());
}

TEST_CASE_FIXTURE(Fixture, "the oscillator against CLOCK_MONOTONIC, to within some ns") {
    SystemClock clock{{read_mono, read_real, read_boot, read_raw}};
    for (const std::int64_t ahead :
         {std::int64_t{0}, std::int64_t{7'000'000'000}, std::int64_t{-3'000'000'000}}) {
        machine.raw_ahead = ahead;
        const auto found = clock.raw_minus_mono();
        REQUIRE(found);
        CHECK(std::abs(found->count() - ahead) <= 4);
        const auto stamp = clock.stamp();
        REQUIRE(stamp);
        CHECK(stamp->osc.ns() == machine.mono - machine.tick + ahead);
        CHECK(stamp->raw_minus_mono() == found);
    }
    SystemClock without{{read_mono, read_real}};
    CHECK_FALSE(without.raw_minus_mono());
    CHECK(without.slept() == 0ns);
}

TEST_CASE_FIXTURE(Fixture, "the oscillator is read again until two looks are 10 us apart") {
    SystemClock clock{{read_mono, read_real, read_boot, read_raw}};
    machine.tick = 1;
    machine.hold_up = 9'998;
    machine.held_up = 1;
    REQUIRE(clock.stamp());
    CHECK(machine.held_up == 0); // 10 us: that one was taken
    machine.hold_up = 9'999;
    machine.held_up = 1;
    REQUIRE(clock.stamp());
    CHECK(machine.held_up == -1); // another one was
}

TEST_CASE_FIXTURE(Fixture, "of two dozen wide looks at the oscillator the narrowest is taken") {
    SystemClock clock{{read_mono, read_real, read_boot, read_raw}};
    machine.tick = 1;
    machine.hold_up = 50'000;
    machine.held_up = 24;
    const auto wide = clock.stamp();
    CHECK(machine.held_up == 0);
    REQUIRE(wide);
    CHECK(std::abs(wide->raw_minus_mono().count()) <= 25'000);
    machine.held_up = 23;
    const auto narrow = clock.stamp();
    CHECK(machine.held_up == -1);
    CHECK(narrow->raw_minus_mono() == 0ns);
}

TEST_CASE_FIXTURE(Fixture, "what is never known to 50 us is not known") {
    SystemClock clock{{read_mono, read_real, read_boot, read_raw}};
    machine.tick = 50'000;
    CHECK(clock.stamp());
    machine.tick = 50'001;
    CHECK_FALSE(clock.stamp());
    CHECK_FALSE(clock.raw_minus_mono());
}

TEST_CASE("this machine's clocks: an oscillator that is known, and no sleep while a test runs") {
    SystemClock clock;
    const Nanos before = clock.slept();
    CHECK(clock.stamp());
    CHECK(before >= -5ms);
    CHECK(clock.slept() == before);
}
