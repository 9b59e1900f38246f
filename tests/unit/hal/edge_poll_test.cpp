#include "hal/src/edge_poll.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace hal;

namespace {

constexpr Nanos raw_minus_mono = 7s;
constexpr MonoTime start = MonoTime::from_ns(50'000'000'000);

OscTime osc_of(MonoTime t) {
    return OscTime::from_ns((t + raw_minus_mono).ns());
}

/// A line that goes from low to high and back at given times, on a machine on which reading it
/// takes 1 us, looking in the middle, and readings of the clock nothing.
class Script final : public PollMachine {
  public:
    MonoTime mono() noexcept override { return now - Nanos{now.ns() % step.count()}; }
    OscTime osc() noexcept override { return osc_of(mono()) + slewed; }
    int level() noexcept override {
        if (unreadable) return -5;
        ++reads;
        const MonoTime looked = now + read / 2;
        now = now + read;
        if (stalled_at && looked >= *stalled_at) {
            now = now + stall;
            stalled_at.reset();
        }
        last_read = osc();
        const bool high = looked >= rises && looked < falls;
        return high ? 1 : 0;
    }
    void sleep_until(MonoTime t) noexcept override {
        sleeps.push_back(t);
        slewed += std::max(t - now, Nanos{0}) * slew_percent / 100;
        now = std::max(now, t) + late;
    }
    bool called_off() noexcept override { return off || now >= off_from; }

    MonoTime now = start;
    MonoTime rises = MonoTime::from_ns(INT64_MAX), falls = MonoTime::from_ns(INT64_MAX);
    Nanos step = 1ns; ///< of the clock
    Nanos read = 1us, late = 0ns, slewed{0}, stall = 0ns;
    int slew_percent = 0; ///< by which CLOCK_MONOTONIC is slow
    std::optional<MonoTime> stalled_at;
    MonoTime off_from = MonoTime::from_ns(INT64_MAX);
    bool unreadable = false, off = false;
    int reads = 0;
    OscTime last_read; ///< when that was over
    std::vector<MonoTime> sleeps;
};

constexpr MonoTime due = start + 1s;

AwaitedEdge rising(Nanos window = 50us) {
    return {osc_of(due), window, Polarity::rising, AwaitedBy::polling};
}

} // namespace

TEST_CASE("edge poll: the edge lies between the last low read and the first high one") {
    Script machine;
    machine.rises = due + 10us + 300ns;
    EdgePoll poll{machine};
    const auto result = poll.run(rising());
    CHECK(result.end == PollResult::End::found);
    CHECK(result.bound == 1us); // two reads
    CHECK(std::chrono::abs(result.time - machine.rises) <= result.bound);
}

TEST_CASE("edge poll: on a clock of 1 us steps the bound has a step more, and the edge is within") {
    for (const Nanos read : {Nanos{300}, Nanos{3500}})
        for (Nanos after = 10us; after < 12us; after += 50ns) {
            Script machine;
            machine.read = read;
            machine.step = 1us;
            machine.rises = due + after;
            const auto result = EdgePoll{machine, machine.step}.run(rising());
            REQUIRE(result.end == PollResult::End::found);
            CHECK(result.bound >= 1us);
            CHECK(result.bound <= read + 2us);
            CHECK(std::chrono::abs(result.time - machine.rises) <= result.bound);
        }
}

TEST_CASE("edge poll: a falling edge, and none of the other kind") {
    Script machine;
    machine.rises = start;
    machine.falls = due;
    const AwaitedEdge falling{osc_of(due), 50us, Polarity::falling, AwaitedBy::polling};
    const auto result = EdgePoll{machine}.run(falling);
    CHECK(result.end == PollResult::End::found);
    CHECK(std::chrono::abs(result.time - due) <= 1us);
    Script high;
    high.rises = start;
    high.falls = due;
    CHECK(EdgePoll{high}.run(rising()).end == PollResult::End::missed); // it is high at once
    CHECK(high.reads == 1);
    CHECK(high.now >= due + EdgePoll::stamp_patience); // the kernel's stamp may stand in
    CHECK(high.now < due + EdgePoll::stamp_patience + 1ms);
}

TEST_CASE("edge poll: both ends of the window") {
    for (const auto& [at, end] :
         {std::pair{due + 49us, PollResult::End::found},
          {due + 51us, PollResult::End::missed},
          {due - 49us, PollResult::End::found},
          {due - 50us - EdgePoll::first_early - 1us, PollResult::End::missed}}) {
        Script machine;
        machine.rises = at;
        CHECK(EdgePoll{machine}.run(rising()).end == end);
        CHECK(machine.last_read <= osc_of(due) + 52us);
    }
}

TEST_CASE("edge poll: a stall at the edge shows in the bound, and the edge is still within") {
    Script machine;
    machine.rises = due + 7us;
    machine.stalled_at = due + 2us;
    machine.stall = 40us;
    const auto result = EdgePoll{machine}.run(rising(100us));
    CHECK(result.bound > 20us);
    CHECK(std::chrono::abs(result.time - machine.rises) <= result.bound);
}

TEST_CASE("edge poll: it sleeps less long by how late it woke up, within limits") {
    Script machine;
    machine.late = 60us;
    machine.rises = due + 1us;
    EdgePoll poll{machine};
    CHECK(poll.early() == EdgePoll::first_early);
    CHECK(poll.run(rising()).end == PollResult::End::found);
    CHECK(poll.early() <= EdgePoll::first_early);
    Script late;
    late.late = 10ms;
    EdgePoll bad{late};
    CHECK(bad.run(rising()).end == PollResult::End::missed); // the window was over
    CHECK(late.reads == 0);
    CHECK(bad.early() == EdgePoll::most_early);
}

TEST_CASE("edge poll: a clock that is slewed meanwhile moves no window") {
    for (const int percent : {-8, 0, 8}) { // chronyd's most
        Script machine;
        machine.slew_percent = percent;
        CHECK(EdgePoll{machine}.run(rising()).end == PollResult::End::missed); // none comes
        CHECK(machine.reads >= 100); // 1 us each, in a window of 100
        CHECK(machine.last_read >= osc_of(due) + 50us);
        CHECK(machine.last_read <= osc_of(due) + 52us);
    }
}

TEST_CASE("edge poll: a line that can't be read, and one that isn't wanted any more") {
    Script machine;
    machine.unreadable = true;
    CHECK(EdgePoll{machine}.run(rising()).end == PollResult::End::unreadable);
    CHECK(machine.now >= due + EdgePoll::stamp_patience);
    Script off;
    off.off_from = start + 500ms;
    CHECK(EdgePoll{off}.run(rising()).end == PollResult::End::missed);
    CHECK(off.reads == 0);
    CHECK(off.now < due);
}

TEST_CASE("edge poll: an interrupt's edge is waited for without a read, 25 ms") {
    Script machine;
    AwaitedEdge edge = rising();
    edge.by = AwaitedBy::interrupt;
    CHECK(EdgePoll{machine}.run(edge).end == PollResult::End::missed);
    CHECK(machine.reads == 0);
    CHECK(machine.now >= due + EdgePoll::interrupt_patience);
    CHECK(machine.now < due + EdgePoll::interrupt_patience + 1ms);
}
