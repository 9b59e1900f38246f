// The sentences' own time: when it is published, and by how much it is off.
#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <optional>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// How far it was off at the worst: from half a second on, it is another second's.
Nanos worst(const Bench& bench) {
    Nanos most{0};
    for (const auto& record : bench.nmea.records()) {
        const auto begin = Bench::begin(record.sample.clock - Bench::second(0));
        most = std::max(most, std::chrono::abs(record.time - begin));
    }
    return most;
}

void sleep(Bench& bench) {
    bench.run_until(bench.clock.now());
    bench.pipeline.on(Slept{bench.clock.now(), 100s});
}

} // namespace

TEST_CASE(
    "a label of a second that hasn't begun, for its burst was late and one too high: no time") {
    Bench bench;
    bench.seconds(0, 20);
    bench.edge(Bench::begin(20));
    bench.nmea.forget();
    bench.bytes(Bench::begin(20) + 770ms, rmc(Bench::second(21)));
    bench.run_until(Bench::begin(21) - 1ns);
    CHECK(bench.nmea.records().empty());
    bench.seconds(21, 3);
    CHECK(bench.nmea.records().size() >= 2);
}

TEST_CASE("without pulses it goes on, with the delay that they taught") {
    Bench bench;
    bench.seconds(0, 20);
    bench.nmea.forget();
    bench.sentences(20, 100);
    CHECK(bench.nmea.seconds() == second_numbers(20, 100));
    CHECK(worst(bench) < 1ms);
}

TEST_CASE("a label later than usual by more than 0.3 s: no time, and none is lost after it") {
    for (const Nanos late : std::initializer_list<Nanos>{300ms, 301ms, -300ms, -301ms}) {
        Bench bench;
        bench.delay = 400ms;
        bench.seconds(0, 20);
        bench.nmea.forget();
        bench.edge(Bench::begin(20));
        bench.bytes(Bench::begin(20) + 400ms + late, rmc(Bench::second(20)));
        bench.seconds(21, 3);
        const bool used = std::chrono::abs(late) == 300ms;
        CHECK(bench.nmea.records().size() == (used ? 4 : 3));
    }
}

TEST_CASE("pulses that move the delay they taught: the time follows") {
    for (const auto option : {std::optional<Nanos>{}, std::optional<Nanos>{100ms}}) {
        PipelineSettings with = settings();
        with.keeper.nmea_delay = option;
        Bench bench{with};
        bench.delay = 550ms;
        bench.seconds(0, 10);
        bench.delay = 120ms;
        bench.seconds(10, 3);
        bench.sentences(13, 80); // and the pulses are gone
        bench.seconds(93, 70);
        CHECK(worst(bench) < 500ms);
        bench.nmea.forget();
        bench.seconds(163, 10);
        CHECK(bench.nmea.seconds() == second_numbers(163, 10));
        CHECK(worst(bench) < 20ms);
    }
}

TEST_CASE("late after a sleep, by most of a second: never half a second off") {
    for (const bool pulses_go : {false, true}) {
        Bench bench;
        bench.delay = 250ms;
        bench.seconds(0, 10);
        sleep(bench);
        bench.seconds(10, 2);
        bench.delay = 920ms;
        bench.seconds(12, 4);
        if (pulses_go)
            bench.sentences(16, 100);
        else
            bench.seconds(16, 100);
        bench.seconds(116, 200);
        CHECK(worst(bench) < 500ms);
        CHECK(bench.pipeline.state() == State::locked);
    }
}

TEST_CASE("no pulses, and sentences that creep, or come later after each silence") {
    for (const Nanos by : std::initializer_list<Nanos>{350ms, 600ms, -350ms, -600ms}) {
        Bench bench;
        bench.delay = by < 0ns ? 800ms : 100ms;
        const Nanos then = bench.delay + by;
        bench.seconds(0, 20);
        bench.sentences(20, 1820);
        for (std::int64_t n = 1840; bench.delay != then; ++n) {
            bench.delay += by < 0ns ? -50ms : 50ms;
            bench.sentences(n, 1);
        }
        bench.sentences(1852, 300);
        CHECK(worst(bench) < 500ms);
        bench.seconds(2172, 80);
        CHECK(bench.pipeline.state() == State::locked);
    }
    for (const Nanos sign : std::initializer_list<Nanos>{1ns, -1ns}) {
        const Nanos first = sign > 0ns ? 100ms : 900ms;
        Bench bench;
        bench.delay = first;
        bench.seconds(0, 20);
        bench.sentences(20, 1820);
        bench.delay = first + sign.count() * 300ms;
        bench.sentences(1845, 6);
        bench.delay = first + sign.count() * 680ms;
        bench.sentences(1851, 600);
        CHECK(worst(bench) < 500ms);
    }
}

TEST_CASE("no pulses, and a delay that grows in two steps") {
    for (const std::int64_t minutes : {3, 28}) {
        Bench bench;
        bench.seconds(0, 20);
        bench.delay = 440ms;
        bench.sentences(20, minutes * 60);
        bench.delay = 640ms;
        bench.sentences(20 + minutes * 60, 20);
        CHECK(worst(bench) < 500ms);
    }
}

TEST_CASE("sentences that are late at first, then not, then late without pulses") {
    Bench bench;
    bench.delay = 620ms;
    bench.sentences(0, 10);
    bench.nmea.forget(); // until pulses come, nobody knows how late they are
    bench.bytes(Bench::begin(10) + 200ms, rmc(Bench::second(10), "V"));
    bench.delay = 350ms;
    bench.seconds(11, 1000);
    REQUIRE(bench.pipeline.state() == State::locked);
    bench.sentences(1011, 1820);
    bench.delay = 870ms;
    bench.sentences(2836, 200);
    CHECK(worst(bench) < 500ms);
}

TEST_CASE("nmea-delay says how late they come, before pulses do, and until these know better") {
    PipelineSettings with = settings();
    with.keeper.nmea_delay = 70ms;
    Bench bench{with};
    bench.delay = 70ms;
    bench.sentences(0, 8);
    CHECK(bench.nmea.seconds() == second_numbers(4, 4));
    CHECK(worst(bench) == 0ns);
    bench.delay = 350ms;
    bench.seconds(8, 40);
    bench.nmea.forget();
    bench.sentences(48, 10);
    CHECK(bench.nmea.seconds() == second_numbers(48, 10));
    CHECK(worst(bench) < 1ms);
}

TEST_CASE("two labels at once: neither says when its second was, and none is lost after them") {
    Bench bench;
    bench.seconds(0, 10);
    bench.sentences(10, 20);
    bench.nmea.forget();
    bench.bytes(Bench::begin(31) + bench.delay, rmc(Bench::second(30)) + rmc(Bench::second(31)));
    bench.sentences(32, 3);
    CHECK(bench.nmea.seconds() == second_numbers(32, 3));
    CHECK(worst(bench) < 1ms);
}
