#include "daemon/record/replay_station.hpp"

#include "tests/unit/support/tape.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;
namespace rec = hal::recording;

namespace {

rec::OffsetRead offset(std::int64_t ns, std::uint32_t generation, std::uint32_t call) {
    return {{Nanos{ns}, generation}, call};
}

std::vector<std::int64_t> answers(ReplayClock& clock, int calls) {
    std::vector<std::int64_t> all;
    for (; calls > 0; --calls)
        all.push_back(clock.offset().real_minus_mono.count());
    return all;
}

using Answers = std::vector<std::int64_t>;

Turn tick_at(MonoTime t) {
    Turn turn;
    turn.input = Tick{t};
    return turn;
}

} // namespace

TEST_CASE("the clock answers call for call, and from the next turn on as it did at last") {
    ReplayClock clock;
    Turn turn;
    turn.offsets = {offset(10, 0, 0)};
    clock.begin(turn);
    CHECK(answers(clock, 2) == Answers{10, 10});
    turn.offsets = {offset(20, 1, 1), offset(30, 2, 1), offset(40, 3, 3)};
    clock.begin(turn);
    CHECK(answers(clock, 5) == Answers{10, 30, 30, 40, 40});
    turn.offsets = {offset(50, 4, 7)};
    clock.begin(turn);
    CHECK(answers(clock, 1) == Answers{40});
    clock.begin({});
    CHECK(clock.offset() == ClockOffset{Nanos{50}, 4});
}

TEST_CASE("so it does about synchronisation") {
    ReplayClock clock;
    CHECK_FALSE(clock.synchronised());
    Turn turn;
    turn.syncs = {{true, 1}};
    clock.begin(turn);
    CHECK_FALSE(clock.synchronised());
    CHECK(clock.synchronised());
    clock.begin({});
    CHECK(clock.synchronised());
    clock.set(MonoTime::from_ns(5));
    CHECK(clock.now() == MonoTime::from_ns(5));
    CHECK(clock.step_fd() == -1);
}

TEST_CASE("an output remembers, and refuses what was refused") {
    std::vector<OutLine> out;
    ReplayOutput output{Feed::nmea, out};
    const Sample sample{UtcSecond::from_posix(5), RealTime::from_ns(6), 1, -7};
    CHECK(output.publish(sample));
    output.invalidate();
    Turn turn;
    const rec::Published then{Feed::nmea, UtcSecond::from_posix(5), RealTime::from_ns(6), 1, -7,
                              false};
    rec::Published other = then;
    other.clock = UtcSecond::from_posix(4);
    rec::Published of_pps = then;
    of_pps.feed = Feed::pps;
    SUBCASE("the same second of the same feed") {
        turn.out = {then};
        output.begin(turn);
        CHECK_FALSE(output.publish(sample));
        CHECK(out.back() == OutLine{then});
    }
    SUBCASE("not others") {
        turn.out = {other, of_pps};
        output.begin(turn);
        CHECK(output.publish(sample));
    }
    CHECK(out.size() == 3);
    CHECK(out[1] == OutLine{rec::TakenBack{Feed::nmea}});
}

TEST_CASE("a tick is missing 50 ms after the deadline, not before; and never before the first") {
    const Log log{LogLevel::error, false};
    ReplayStation station{{}, taped_options(), {}, log};
    CHECK_FALSE(station.missed_tick(first_mono));
    station.play(tick_at(first_mono));
    const auto due = first_mono + 5s; // patience
    CHECK_FALSE(station.missed_tick(due + 50ms));
    CHECK(station.missed_tick(due + 50ms + 1ns) == due);
    station.play(tick_at(due));
    CHECK_FALSE(station.missed_tick(due + 1h));
}

TEST_CASE("it knows the oscillator as it was last said, over parts") {
    const Log log{LogLevel::error, false};
    for (const unsigned format : {1U, 2U}) {
        Turn begin;
        begin.begin = rec::Begin{5, 0, format};
        ReplayStation station{begin, taped_options(), {}, log};
        CHECK(station.raw_minus_mono() == 0ns);
        station.play(tick_at(first_mono));
        CHECK(station.raw_minus_mono() == 0ns);
        Turn raw;
        raw.input = OscillatorNote{first_mono + 1s, -7ns};
        station.play(raw);
        station.play(tick_at(first_mono + 2s));
        station.go_on(begin);
        CHECK(station.raw_minus_mono() == -7ns);
    }
}

TEST_CASE("an output that is set to none is none") {
    const Log log{LogLevel::error, false};
    Options options = taped_options();
    options.out[Feed::pps].clear();
    ReplayStation station{{}, options, {}, log};
    Turn step;
    step.input = ClockStep{first_mono};
    step.offsets = {offset(5, 1, 0)};
    station.play(step);
    CHECK(station.out() == std::vector<OutLine>{rec::TakenBack{Feed::nmea}});
}
