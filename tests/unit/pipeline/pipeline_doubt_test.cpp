// What the pipeline makes of what can't be, of a machine that slept, and of a state that flaps.
#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// Seconds whose labels name others, and whose pulses come at another place.
void seconds_off(Bench& bench, std::int64_t n, std::int64_t count, std::int64_t label_off,
                 Nanos phase = 0ns) {
    for (; count > 0; --count, ++n) {
        bench.edge(Bench::begin(n) + phase);
        bench.bytes(Bench::begin(n) + phase + bench.delay, rmc(Bench::second(n) + label_off));
    }
    bench.run_until(Bench::begin(n) - 1ns);
}

} // namespace

TEST_CASE("labels that jump and stay so: silence, one warning, and believed when 120 agree") {
    Bench bench;
    bench.seconds(0, 20);
    bench.pps.forget();
    bench.nmea.forget();
    seconds_off(bench, 20, 119, 7);
    CHECK(bench.pps.records().empty());
    CHECK(bench.nmea.records().empty());
    CHECK_FALSE(bench.err.has("now numbers"));
    seconds_off(bench, 139, 20, 7);
    CHECK(bench.err.count("<4>the receiver now numbers the seconds +7 s from what it did before") ==
          1);
    CHECK(bench.pps.seconds() == second_numbers(146, 20));
    CHECK(bench.nmea.seconds() == second_numbers(147, 19));
    CHECK(bench.pipeline.state() == State::locked);
}

TEST_CASE("the first numbering is none that changed") {
    Bench bench;
    bench.seconds(0, 20);
    CHECK_FALSE(bench.err.has("now numbers"));
}

TEST_CASE("pulses that move by 30 ms: silence until they have come there for `distrust` seconds") {
    for (const int needed : {3, 60}) {
        PipelineSettings with = settings();
        with.keeper.pulses_to_move = needed;
        Bench bench{with};
        bench.seconds(0, 40);
        bench.pps.forget();
        seconds_off(bench, 40, 90, 0, 30ms);
        const int moved_by = std::max(needed, edges_to_find);
        CHECK(bench.err.count("<4>implausible: pulses come, but not where") == 1);
        CHECK(bench.pps.seconds() == second_numbers(40 + moved_by - 1, 91 - moved_by));
        for (const auto& record : bench.pps.records())
            CHECK(record.time == Bench::begin(record.sample.clock - Bench::second(0)) + 30ms);
    }
}

TEST_CASE("CLOCK_MONOTONIC that is slewed by 83333 ppm moves no pulse") {
    Bench bench;
    bench.seconds(0, 40);
    bench.pps.forget();
    MonoTime mono = Bench::begin(40);
    for (std::int64_t n = 40; n < 60; ++n) {
        bench.edge(mono);
        bench.raw_minus_mono -= Nanos{10ms};
        bench.bytes(mono + 130ms, rmc(Bench::second(n)));
        mono = mono + 1s + Nanos{83'333us};
        bench.raw_minus_mono -= Nanos{73'333us};
    }
    CHECK(bench.pps.records().size() == 19); // the last one's label is not given yet
    for (const auto& record : bench.pps.records())
        CHECK(record.sample.clock == Bench::second(40 + (record.time - Bench::begin(40)) / 1083ms));
}

TEST_CASE("the machine slept: unlocked at once, what waited is not published, and it locks anew") {
    Bench bench;
    bench.seconds(0, 20);
    bench.edge(Bench::begin(20));
    bench.bytes(Bench::begin(20) + 120ms, rmc(Bench::second(20))); // its burst is still open
    bench.pps.forget();
    bench.nmea.forget();
    // 100 s later by REALTIME and the receiver, at once by CLOCK_MONOTONIC.
    bench.clock.step(100s);
    bench.pipeline.on(Slept{bench.clock.now(), 100s});
    bench.tick(Bench::begin(20) + 121ms);
    CHECK(bench.err.count("the machine slept 100.0 s") == 1);
    CHECK(bench.pipeline.state() != State::locked);
    bench.run_until(Bench::begin(20) + 500ms);
    CHECK(bench.pps.records().empty());
    CHECK(bench.nmea.records().empty());
    // The receiver's seconds now begin at another phase, and 100 later.
    for (std::int64_t n = 21; n < 50; ++n) {
        bench.edge(Bench::begin(n) + 300ms);
        bench.bytes(Bench::begin(n) + 420ms, rmc(Bench::second(n + 100)));
    }
    bench.run_until(Bench::begin(50));
    CHECK(bench.pipeline.state() == State::locked);
    CHECK(bench.pps.records().size() > 20);
    for (const auto& record : bench.pps.records())
        CHECK(record.time == Bench::begin(record.sample.clock - Bench::second(100)) + 300ms);
    CHECK_FALSE(bench.err.has("implausible"));
    CHECK_FALSE(bench.err.has("now numbers"));
}

TEST_CASE("an edge that was stamped before the sleep and is read after it is none") {
    for (const Nanos before : {1ns, 0ns}) {
        Bench bench;
        bench.seconds(0, 20);
        bench.run_until(Bench::begin(20));
        bench.pipeline.on(Slept{bench.clock.now(), 100s});
        bench.wake_up(Bench::begin(20));
        bench.pipeline.on(PulseEdge{Bench::begin(20) - before, Polarity::rising, {}});
        CHECK(bench.pipeline.edges()[ppsd::discipline::Verdict::out_of_order] ==
              (before > 0ns ? 1u : 0u));
    }
}

TEST_CASE("asleep for whole seconds: nothing is taken for the train before") {
    Bench bench;
    bench.seconds(0, 20);
    bench.pps.forget();
    bench.clock.step(3600s);
    bench.pipeline.on(Slept{bench.clock.now(), 3600s});
    for (std::int64_t n = 20; n < 40; ++n) { // the same phase
        bench.edge(Bench::begin(n));
        bench.bytes(Bench::begin(n) + bench.delay, rmc(Bench::second(n + 3600)));
    }
    bench.run_until(Bench::begin(40));
    CHECK(bench.pps.records().size() > 10);
    for (const auto& record : bench.pps.records())
        CHECK(record.sample.clock - Bench::second(3600) ==
              (record.time - Bench::begin(0)) / std::chrono::seconds{1});
}

TEST_CASE("a state that flaps fills no disk, and the last one is said") {
    Bench bench;
    std::int64_t n = 0;
    for (int i = 0; i < 100; ++i, n += 10) {
        bench.seconds(n, 2);
        bench.bytes(Bench::begin(n + 2) + bench.delay, rmc(Bench::second(n + 2), "V"));
        bench.run_until(Bench::begin(n + 10) - 1ns);
    }
    const int lines = bench.err.count("<4>no-") + bench.err.count("<5>searching:");
    CHECK(lines > 20);
    CHECK(lines < 20 + 1000 / 30 + 2);
    CHECK(bench.err.has("changes of state that came too fast to be logged: "));
    bench.seconds(n, 200);
    CHECK(bench.pipeline.state() == State::locked);
    const std::string all = bench.err.text();
    CHECK(all.rfind("<5>locked: ") > all.rfind("<4>no-"));
}

TEST_CASE(
    "pulses that come when the labels have just changed: the labels before them tell, or none") {
    struct Change {
        std::int64_t ahead;
        Nanos late;
    };
    for (const auto& [ahead, late] : {Change{-1, 0ns}, {1, 0ns}, {0, 900ms}}) {
        for (const bool pulses_before : {true, false}) {
            Bench bench;
            bench.delay = 80ms;
            if (pulses_before) bench.seconds(0, 20);
            bench.sentences(20, 2000);
            bench.pps.forget();
            bench.nmea.forget();
            for (std::int64_t n = 2020; n < 2060; ++n) {
                bench.edge(Bench::begin(n));
                bench.bytes(Bench::begin(n) + late + 80ms, rmc(Bench::second(n) + ahead));
            }
            bench.seconds(2060, 125); // as they were
            CHECK_FALSE(bench.pps.records().empty());
            for (const auto& record : bench.pps.records())
                CHECK(record.sample.clock == Bench::second((record.time - Bench::begin(0)) / 1s));
        }
    }
}
