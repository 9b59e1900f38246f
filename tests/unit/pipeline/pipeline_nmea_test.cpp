// When the sentences' own time is published, and when it isn't, since by how much they are late is
// not known.
#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace ppsd::app;
using namespace ppsd::app::test;

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

TEST_CASE(
    "late bursts taught the delay, and mismatches say so: no sentences' time until it locks") {
    for (const auto option : {std::optional<Nanos>{}, std::optional<Nanos>{100ms}}) {
        PipelineSettings with = settings();
        with.labeller.nmea_delay = option;
        Bench bench{with};
        bench.delay = 590ms;
        bench.seconds(0, 10);
        CHECK(bench.pipeline.state() == State::locked);
        bench.delay = 120ms;
        bench.seconds(10, 3); // 0.47 s early: they unlock
        bench.nmea.forget();
        bench.sentences(13, 80); // and the pulses are gone
        CHECK(bench.nmea.records().empty());
        bench.nmea.forget();
        bench.seconds(93, 70);
        CHECK_FALSE(bench.nmea.records().empty());
        Bench slept{with};
        slept.delay = 590ms;
        slept.seconds(0, 10);
        slept.delay = 120ms;
        slept.seconds(10, 3);
        slept.pipeline.on_sleep(slept.clock.now(), 100s);
        slept.nmea.forget();
        slept.sentences(13, 100);
        CHECK(slept.nmea.records().empty());
        CHECK(slept.err.count("the sentences' time isn't published") == 1);
    }
}

TEST_CASE("late after the pulse that it names, by more than 0.4 s, while searching: no time") {
    for (const Nanos late : std::initializer_list<Nanos>{400ms, 400ms + 1ns}) {
        PipelineSettings with = settings();
        with.labeller.nmea_delay = 100ms;
        Bench bench{with};
        for (std::int64_t n = 0; n < 12; ++n) { // they scatter, so near a limit: 16 to lock
            bench.delay = n % 2 == 0 ? 100ms + late : 470ms;
            bench.seconds(n, 1);
        }
        REQUIRE_FALSE(bench.pipeline.state() == State::locked);
        CHECK(bench.nmea.seconds().size() == (late == 400ms ? 8 : 4)); // from the fifth on
    }
}

TEST_CASE("bursts that come late after a sleep, by most of a second, while it searches: no time") {
    Bench bench;
    bench.delay = 380ms;
    bench.seconds(0, 10);
    bench.run_until(Bench::begin(10));
    bench.pipeline.on_sleep(bench.clock.now(), 100s); // the last known pulse is forgotten
    bench.nmea.forget();
    bench.seconds(10, 2);
    bench.delay = 960ms;
    bench.seconds(12, 12); // as many as the sentences' train needs, and not enough to lock
    CHECK(bench.pipeline.state() == State::searching);
    CHECK(bench.nmea.records().empty());
}

TEST_CASE("too late after the last pulse to mean it: no time") {
    PipelineSettings with = settings();
    with.labeller.nmea_delay = 70ms;
    Bench late{with};
    late.delay = 585ms;
    late.seconds(0, 4);
    late.edge(Bench::begin(4)); // the last one
    late.bytes(Bench::begin(4) + 585ms, rmc(Bench::second(4)));
    late.run_until(Bench::begin(6));
    CHECK(late.pipeline.labels()[ppsd::discipline::Verdict::no_pulse] > 0);
    CHECK(late.nmea.records().empty());
}

TEST_CASE("a pulse is missing while it searches: no time, if none has told how late they come") {
    PipelineSettings with = settings();
    with.labeller.nmea_delay = 70ms;
    Bench fresh{with};
    fresh.delay = 70ms;
    fresh.seconds(0, 3);
    fresh.sentences(3, 6);
    CHECK(fresh.nmea.seconds() == second_numbers(6, 3)); // gone for 4 s, so that none will tell
    Bench taught{with};
    taught.delay = 70ms;
    taught.seconds(0, 20);
    taught.nmea.forget();
    taught.sentences(20, 5);
    taught.seconds(25, 2);
    taught.sentences(27, 3);
    CHECK(taught.pipeline.state() == State::searching);
    CHECK(taught.nmea.seconds() == second_numbers(20, 10));
}

TEST_CASE("late after a sleep, and the pulses go, too: no time until they are back") {
    Bench bench;
    bench.delay = 250ms;
    bench.seconds(0, 10);
    bench.run_until(Bench::begin(10));
    bench.pipeline.on_sleep(bench.clock.now(), 100s);
    bench.nmea.forget();
    bench.seconds(10, 2);
    bench.delay = 920ms;
    bench.seconds(12, 4);
    bench.sentences(16, 100);
    CHECK(bench.nmea.records().empty());
    CHECK(bench.err.count("the sentences' time isn't published until pulses come again") == 1);
    bench.seconds(116, 20);
    CHECK(bench.pipeline.state() == State::locked);
    CHECK_FALSE(bench.nmea.records().empty());
}

TEST_CASE("a shift that is borne, and a label that is late, are together too much: no time") {
    for (const std::int64_t minutes : {3, 28}) {
        Bench bench;
        bench.seconds(0, 20);
        bench.delay = 440ms; // by 0.32 s
        bench.sentences(20, minutes * 60);
        CHECK(bench.nmea.seconds().back() == Bench::second(19 + minutes * 60).posix());
        bench.nmea.forget();
        bench.delay = 640ms;
        bench.sentences(20 + minutes * 60, 20);
        CHECK(bench.nmea.records().empty());
        CHECK(bench.err.count("the sentences' time isn't published") == 1);
    }
}

TEST_CASE("no pulses, and five minutes without a label: how late they come nobody knows any more") {
    for (const bool told : {false, true}) {
        for (const std::int64_t away : {299, 301}) {
            PipelineSettings with = settings();
            if (told) with.labeller.nmea_delay = 100ms;
            Bench bench{with};
            bench.seconds(0, 20);
            bench.sentences(20, 10);
            bench.nmea.forget();
            bench.sentences(29 + away, 20);
            const bool known = away == 299;
            CHECK(bench.nmea.seconds() ==
                  (known ? second_numbers(29 + away + 4, 16) : std::vector<std::int64_t>{}));
            CHECK(bench.err.count("the sentences' time isn't published") == (known ? 0 : 1));
        }
    }
}

TEST_CASE("no pulses, and sentences that creep by more than 0.4 s: silent until pulses are back") {
    for (const Nanos by : std::initializer_list<Nanos>{350ms, 600ms, -350ms, -600ms}) {
        Bench bench;
        bench.delay = by < 0ns ? 800ms : 100ms;
        const Nanos then = bench.delay + by;
        bench.seconds(0, 20);
        bench.sentences(20, 1820); // the last pulse tells no more
        for (std::int64_t n = 1840; bench.delay != then; ++n) {
            bench.delay += by < 0ns ? -50ms : 50ms;
            bench.sentences(n, 1);
        }
        bench.sentences(1852, 300);
        bench.nmea.forget();
        bench.sentences(2152, 20);
        CHECK(bench.nmea.records().empty() == (by > 400ms || by < -400ms));
        bench.seconds(2172, 80); // 60 where it is at a whole second nearly
        CHECK(bench.pipeline.state() == State::locked);
        bench.nmea.forget();
        bench.sentences(2252, 20);
        CHECK(bench.nmea.seconds() == second_numbers(2252, 20));
    }
}

TEST_CASE("with nmea-delay, and pulses that said twice that it isn't so before they went") {
    for (const std::int64_t pulses : {1, 2}) {
        PipelineSettings with = settings();
        with.labeller.nmea_delay = 70ms;
        Bench bench{with};
        bench.delay = 550ms;
        bench.seconds(0, pulses);
        bench.sentences(pulses, 20);
        const bool silent = pulses > 1; // one may be noise's
        CHECK(bench.nmea.records().empty() == silent);
        CHECK(bench.err.count("the sentences' time isn't published") == (silent ? 1 : 0));
        bench.edge(Bench::begin(pulses + 20)); // a lone one takes nothing back
        bench.sentences(pulses + 20, 20);
        CHECK(bench.nmea.records().empty() == silent);
        Bench slept{with};
        slept.delay = 550ms;
        slept.seconds(0, pulses);
        slept.pipeline.on_sleep(slept.clock.now(), 100s);
        slept.sentences(pulses, 20);
        CHECK(slept.nmea.records().empty() == silent);
        Bench locked{with};
        locked.delay = 550ms;
        locked.seconds(0, 20);
        REQUIRE(locked.pipeline.state() == State::locked);
        locked.nmea.forget();
        locked.sentences(20, 10);
        CHECK(locked.nmea.seconds() == second_numbers(20, 10));
    }
}

TEST_CASE("pulses that went before they were locked on: no time, slept or not") {
    for (const bool slept : {false, true}) {
        Bench bench;
        bench.delay = 600ms;
        bench.seconds(0, 4);
        if (slept) bench.pipeline.on_sleep(bench.clock.now(), 0s);
        bench.sentences(4, 20);
        bench.edge(Bench::begin(24)); // noise takes nothing back
        bench.sentences(24, 20);
        CHECK(bench.nmea.records().empty());
        CHECK(bench.err.count("the sentences' time isn't published") == 1);
    }
    Bench noise; // one may be
    noise.delay = 200ms;
    noise.seconds(0, 1);
    noise.sentences(1, 20);
    CHECK_FALSE(noise.nmea.records().empty());
}

TEST_CASE("edges on a line without pulses, more than 4 s apart: each is silence for 4 s, no more") {
    for (const auto option : {std::optional<Nanos>{}, std::optional<Nanos>{100ms}}) {
        for (const Nanos apart : std::initializer_list<Nanos>{4s, 4s + 1ns, 100s}) {
            PipelineSettings with = settings();
            with.labeller.nmea_delay = option;
            Bench bench{with};
            bench.delay = 550ms;
            bench.sentences(0, 10);
            for (int i = 0; i < 3; ++i) {
                bench.edge(Bench::begin(11) + i * apart);
                bench.sentences(11 + i * (apart / 1s), apart / 1s);
            }
            bench.sentences(11 + 3 * (apart / 1s), 5);
            bench.nmea.forget();
            bench.sentences(11 + 3 * (apart / 1s) + 5, 5);
            const bool noise = apart > 4s; // else they may be pulses
            CHECK(bench.nmea.records().empty() == !noise);
            CHECK(bench.err.count("the sentences' time isn't published") == (noise ? 0 : 1));
        }
    }
}

TEST_CASE("two labels after one lone edge are one that tells, and silence nothing for good") {
    Bench bench;
    bench.delay = 550ms;
    bench.sentences(0, 11);
    bench.edge(Bench::begin(11) + 547ms);
    bench.bytes(Bench::begin(11) + 550ms, rmc(Bench::second(11)));
    bench.bytes(Bench::begin(12) + 544ms, rmc(Bench::second(12))); // less than a second after it
    bench.run_until(Bench::begin(13) - 1ns);
    bench.sentences(13, 10);
    bench.nmea.forget();
    bench.sentences(23, 5);
    CHECK(bench.nmea.records().size() == 5);
}

TEST_CASE("no pulses, and silences between which sentences come ever later, or earlier: no time") {
    for (const Nanos sign : std::initializer_list<Nanos>{1ns, -1ns}) {
        const Nanos first = sign > 0ns ? 100ms : 900ms;
        Bench bench;
        bench.delay = first;
        bench.seconds(0, 20);
        REQUIRE(bench.pipeline.state() == State::locked);
        bench.sentences(20, 1820);
        bench.delay = first + sign.count() * 300ms;
        bench.sentences(1845, 6);
        bench.nmea.forget();
        bench.delay = first + sign.count() * 680ms;
        bench.sentences(1851, 600);
        CHECK(bench.nmea.records().empty());
        CHECK(bench.err.count("the sentences' time isn't published") == 1);
    }
}

TEST_CASE("sentences that are late at first, then not, then late without pulses: no time") {
    Bench twice; // around what they were locked on
    twice.delay = 620ms;
    twice.sentences(0, 10);
    twice.bytes(Bench::begin(10) + 200ms, rmc(Bench::second(10), "V"));
    twice.delay = 350ms;
    twice.seconds(11, 1000);
    REQUIRE(twice.pipeline.state() == State::locked);
    twice.sentences(1011, 1820);
    twice.nmea.forget();
    twice.delay = 870ms;
    twice.sentences(2836, 200);
    CHECK(twice.nmea.records().empty());
    Bench few; // locked on fewer than the train wants: the pulses tell
    few.delay = 900ms;
    few.seconds(0, 10);
    few.bytes(Bench::begin(10) + 200ms, rmc(Bench::second(10), "V"));
    few.delay = 300ms;
    few.nmea.forget();
    few.seconds(11, 40);
    REQUIRE(few.pipeline.state() == State::locked);
    for (std::int64_t n = 240; n < 2400; n += 200) // until the clock no longer tells how late
        few.sentences(n, 1);
    few.delay = 900ms;
    few.sentences(2420, 600);
    CHECK(few.nmea.records().empty());
}

TEST_CASE("two labels at once, and no pulses: when they came says nothing, so none is published") {
    Bench bench;
    bench.seconds(0, 10);
    bench.sentences(10, 20);
    CHECK_FALSE(bench.nmea.records().empty());
    bench.nmea.forget();
    bench.bytes(Bench::begin(31) + bench.delay, rmc(Bench::second(30)) + rmc(Bench::second(31)));
    bench.sentences(32, 3);
    CHECK(bench.nmea.seconds() == second_numbers(32, 3));
}
