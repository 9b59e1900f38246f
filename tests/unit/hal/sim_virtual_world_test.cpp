#include "hal/sim/virtual_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hal;
using namespace hal::sim;

namespace {

struct Tally {
    int edges = 0, labels = 0, no_fixes = 0, steps = 0, seconds = 0;
    std::string bytes;
    Nanos slept{0};
    MonoTime last;

    void note(const Input& input, MonoTime when) {
        if (const auto* edge = std::get_if<PulseEdge>(&input)) {
            CHECK(edge->time <= when);
            ++edges;
        }
        if (const auto* chunk = std::get_if<ByteChunk>(&input)) bytes += chunk->bytes;
        if (const auto* label = std::get_if<SimulatedLabel>(&input))
            ++(label->fix ? labels : no_fixes);
        if (const auto* sleep = std::get_if<hal::Slept>(&input)) slept += sleep->length;
        steps += std::holds_alternative<ClockStep>(input);
    }
};

template <class Kind>
const Kind* came_in(const Happening& happening) {
    return happening.input ? std::get_if<Kind>(&*happening.input) : nullptr;
}

/// What happens until so many seconds have begun; checks that it does so in order.
Tally run(VirtualWorld& world, std::int64_t seconds) {
    Tally tally;
    while (world.truth().current() < seconds) {
        const MonoTime announced = world.next_at();
        const Happening& happening = world.take();
        CHECK(happening.when == announced);
        CHECK(happening.when >= tally.last);
        tally.last = happening.when;
        tally.seconds += happening.second;
        if (happening.input) tally.note(*happening.input, happening.when);
    }
    return tally;
}

} // namespace

TEST_CASE("an ordinary minute on the wire") {
    Scenario scenario;
    scenario.base.set("receiver.fix-after", 0);
    VirtualWorld world{scenario, 1, Level::wire};
    const Tally tally = run(world, 60);
    CHECK(tally.seconds == 61);
    CHECK(tally.edges == 120);
    CHECK(tally.steps == 0);
    CHECK(tally.bytes.find("$GPRMC,000059.00,A,") != std::string::npos);
    CHECK(tally.bytes.size() > 60 * 6 * 40);
    CHECK(world.truth().find(59)->well);
    CHECK(world.first_fix() == 0);
}

TEST_CASE("at the level of labels there is one each second, and before the fix none") {
    Scenario scenario;
    scenario.base.set("receiver.fix-after", 20);
    VirtualWorld world{scenario, 1, Level::label};
    const Tally tally = run(world, 60);
    CHECK(tally.labels == 40);
    CHECK(tally.no_fixes == 20);
    CHECK(tally.bytes.empty());
    CHECK(world.first_fix() == 20);
}

TEST_CASE("the same seed is the same world, another another") {
    const Scenario scenario;
    VirtualWorld one{scenario, 1, Level::wire}, same{scenario, 1, Level::wire},
        other{scenario, 2, Level::wire};
    const Tally first = run(one, 100), second = run(same, 100), third = run(other, 100);
    CHECK(first.last == second.last);
    CHECK(first.bytes == second.bytes);
    CHECK(first.last != third.last);
}

TEST_CASE("a step moves REALTIME, and the kernel says so") {
    Scenario scenario;
    scenario.faults.push_back({10, 0, {0, 0}, {{"clock.step", {-2, -2}}}});
    VirtualWorld world{scenario, 1, Level::wire};
    const Nanos before = world.real_minus_mono();
    CHECK(run(world, 20).steps == 1);
    CHECK(world.real_minus_mono() == before - 2s);
    CHECK(world.clock().offset().real_minus_mono == before - 2s);
}

TEST_CASE("asleep: MONOTONIC stands still, REALTIME goes on, nothing comes, and it is said") {
    Scenario scenario;
    scenario.faults.push_back({10, 0, {5, 5}, {{"machine.sleep", {1, 1}}}});
    VirtualWorld world{scenario, 1, Level::wire};
    const Scenario plain;
    VirtualWorld awake{plain, 1, Level::wire};
    const Nanos before = world.real_minus_mono();
    const Tally slept = run(world, 20);
    const Tally all = run(awake, 20);
    CHECK(slept.slept == 5s);
    CHECK(slept.steps == 1);
    CHECK(world.real_minus_mono() == before + 5s);
    CHECK(world.clock().slept() == 5s);
    CHECK(slept.seconds == all.seconds);
    CHECK(all.last - slept.last > 5s - 10ms);
    CHECK(all.last - slept.last < 5s + 10ms);
    CHECK(all.edges - slept.edges >= 4 * 2);
    CHECK(all.edges - slept.edges <= 6 * 2);
    CHECK(slept.bytes.size() < all.bytes.size());
}

TEST_CASE(
    "an edge is read after a sleep if it was stamped before it, not if it came while asleep") {
    Scenario scenario;
    for (const Key off :
         std::initializer_list<Key>{"clock.drift", "latency.tail", "latency.load", "pps.jitter"})
        scenario.base.set(off, 0);
    scenario.base.set("latency.least", 3e6);
    scenario.base.set("latency.wake", 5e6);
    // From after the stamp at 10.003 to after the one at 15.003, each before it would be read.
    scenario.faults.push_back({10.004, 0, {5, 5}, {{"machine.sleep", {1, 1}}}});
    VirtualWorld world{scenario, 1, Level::wire};
    (void)run(world, 9);
    std::vector<MonoTime> rising;
    bool slept = false, before_waking = false;
    while (world.truth().current() < 17) {
        const Happening& happening = world.take();
        slept = slept || came_in<hal::Slept>(happening);
        const auto* edge = came_in<PulseEdge>(happening);
        if (!edge || edge->polarity != Polarity::rising) continue;
        rising.push_back(edge->time);
        before_waking = before_waking || (rising.size() == 2 && !slept);
    }
    REQUIRE(rising.size() == 3); // of 9, 10 and 16
    CHECK_FALSE(before_waking);
    CHECK(rising[1] - rising[0] > 999ms);
    CHECK(rising[1] - rising[0] < 1001ms);
    CHECK(rising[2] - rising[1] > 999ms); // of which the clock hides five
    CHECK(rising[2] - rising[1] < 1001ms);
}

TEST_CASE("a step just before a sleep is told by waking up, once") {
    Scenario scenario;
    scenario.faults.push_back({10, 0, {0, 0}, {{"clock.step", {-2, -2}}}});
    scenario.faults.push_back({10.00005, 0, {5, 5}, {{"machine.sleep", {1, 1}}}});
    VirtualWorld world{scenario, 1, Level::wire};
    CHECK(run(world, 20).steps == 1);
}

TEST_CASE("what comes while the daemon isn't run comes at once, when it is run again") {
    Scenario scenario;
    scenario.base.set("clock.drift", 0);
    scenario.faults.push_back({10.5, 0, {3, 3}, {{"daemon.stall", {1, 1}}}});
    VirtualWorld world{scenario, 1, Level::wire};
    (void)run(world, 9);
    int at_once = 0;
    while (world.truth().current() < 14) {
        const MonoTime when = world.next_at();
        const Happening& happening = world.take();
        const bool input = came_in<PulseEdge>(happening) || came_in<ByteChunk>(happening);
        at_once += input && when == world.stalled_until();
    }
    CHECK(at_once > 20); // three seconds' edges and chunks
}

TEST_CASE("a slewed clock is no excuse: no second is missed for it") {
    Scenario scenario;
    scenario.base.set("receiver.fix-after", 0);
    scenario.base.set("clock.slew", -83333);
    VirtualWorld world{scenario, 1, Level::label};
    (void)run(world, 60);
    CHECK(world.truth().find(59)->well);
}

TEST_CASE("labels since power on, or since a suspend or an hour of nothing, may be all one has") {
    // Right for a minute, then a second ahead.
    const auto invisible = [](const TimedFault& between) {
        Scenario scenario;
        scenario.base.set("receiver.fix-after", 0);
        scenario.faults = {
            between, {69 + between.length.low, 0, {1e6, 1e6}, {{"receiver.label-offset", {1, 1}}}}};
        for (const Level level : {Level::wire, Level::label}) {
            VirtualWorld world{scenario, 1, level};
            (void)run(world, static_cast<std::int64_t>(90 + between.length.low));
            if (level == Level::label) return world.invisible(-1);
            VirtualWorld same{scenario, 1, Level::label};
            (void)run(same, static_cast<std::int64_t>(90 + between.length.low));
            CHECK(world.invisible(-1) == same.invisible(-1));
        }
        return Invisible::no;
    };
    const std::vector<TimedFault::Change> nothing{{"nmea.silence", {1, 1}},
                                                  {"line.missing", {1, 1}}};
    CHECK(invisible({71, 0, {1, 1}, nothing}) == Invisible::no);
    CHECK(invisible({70, 0, {3598, 3598}, nothing}) == Invisible::no);
    CHECK(invisible({70, 0, {3602, 3602}, nothing}) == Invisible::anew);
    CHECK(invisible({70, 0, {3602, 3602}, {nothing[0]}}) == Invisible::no);
    CHECK(invisible({70, 0, {5, 5}, {{"machine.sleep", {1, 1}}}}) == Invisible::anew);
}

TEST_CASE("labels that a stall held up contradict nothing") {
    Scenario scenario;
    scenario.base.set("receiver.fix-after", 0);
    scenario.base.set("receiver.label-offset", 2);
    scenario.faults.push_back({1.5, 0, {4, 4}, {{"daemon.stall", {1, 1}}}});
    VirtualWorld world{scenario, 1, Level::wire};
    (void)run(world, 12);
    CHECK(world.invisible(-2) == Invisible::yes);
}

TEST_CASE("a slew stretches the seconds") {
    Scenario scenario;
    scenario.base.set("clock.slew", 83333);
    VirtualWorld world{scenario, 1, Level::label};
    (void)run(world, 10);
    const Nanos second = world.truth().find(10)->begin - world.truth().find(9)->begin;
    CHECK(second > 1083ms);
    CHECK(second < 1084ms);
}

TEST_CASE("the oscillator is known at every happening and between them, whoever slews") {
    Scenario scenario;
    scenario.base.set("clock.slew", 80'000);
    scenario.base.set("clock.drift", 0);
    scenario.base.set("clock.walk", 0);
    scenario.base.set("clock.swing", 0);
    VirtualWorld world{scenario, 1, Level::wire};
    world.set_now(world.next_at());
    const Stamp start = *world.clock().stamp();
    // 1/1.08 - 1 of what CLOCK_MONOTONIC counts; each change of rate rounds to a nanosecond.
    const auto off = [&](MonoTime t, Nanos raw_minus_mono) {
        const Nanos expected = start.raw_minus_mono() - (t - start.mono) / 27 * 2;
        return std::chrono::abs(raw_minus_mono - expected);
    };
    while (world.truth().current() < 60) {
        const MonoTime between = world.clock().now() + (world.next_at() - world.clock().now()) / 2;
        world.set_now(between);
        CHECK(world.clock().stamp()->mono == between);
        CHECK(off(between, *world.clock().raw_minus_mono()) < 200ns);
        const Happening& happening = world.take();
        CHECK(off(happening.when, *world.clock().raw_minus_mono()) < 200ns);
    }
}

TEST_CASE("time goes forward, whichever of two edges wakes the daemon later") {
    Scenario scenario;
    scenario.base.set("pps.width", 0.00001);
    VirtualWorld world{scenario, 1, Level::wire};
    MonoTime before = world.next_at();
    while (world.truth().current() < 30) {
        const MonoTime when = world.take().when;
        CHECK(when >= before);
        before = when;
    }
}

TEST_CASE("a label that names the second before is late by a second, as on the wire") {
    struct Row {
        Key key;
        double late;
    };
    for (const Row& row :
         {Row{"receiver.repeats", 1}, Row{"receiver.skips", 0}, Row{"nmea.late", 0.45}}) {
        Scenario scenario;
        scenario.base.set("receiver.fix-after", 0);
        scenario.base.set(row.key, 1);
        VirtualWorld world{scenario, 1, Level::wire};
        std::ignore = run(world, 20);
        const double late = static_cast<double>(world.last_label_late().count()) * 1e-9;
        CHECK(late > row.late - 0.1);
        CHECK(late < row.late + 0.1);
    }
}
