// What the pipeline makes of what can't be, of a machine that slept, and of a state that flaps.
#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// Seconds with the oscillator's word about each pulse.
void seconds_by_oscillator(Bench& bench, std::int64_t n, std::int64_t count, std::int64_t label_off,
                           Nanos phase = 0ns) {
    for (; count > 0; --count, ++n) {
        bench.edge(Bench::begin(n) + phase);
        bench.pipeline.on_oscillator(Bench::begin(n) + phase + 100us, 5s);
        bench.bytes(Bench::begin(n) + phase + bench.delay, rmc(Bench::second(n) + label_off));
    }
    bench.run_until(Bench::begin(n) - 1ns);
}

} // namespace

TEST_CASE("labels that jump and stay so: withheld for `distrust`, one warning, then believed") {
    Bench bench;
    seconds_by_oscillator(bench, 0, 20, 0);
    bench.pps.forget();
    bench.nmea.forget();
    seconds_by_oscillator(bench, 20, 180, 7);
    CHECK(bench.err.count("unlocked: three labels in a row name the wrong pulse") == 1);
    CHECK(bench.err.count("now numbers the same pulses +7 s") == 1);
    CHECK(bench.err.count("implausible: the receiver's second jumped, by +7.000000 s") == 1);
    // Three mismatches, 60 labels that agree, 60 s in which nothing is published.
    REQUIRE_FALSE(bench.pps.records().empty());
    CHECK(bench.pps.records().front().time >= Bench::begin(20 + 60 + 60));
    CHECK(bench.pps.records().front().sample.clock >= Bench::second(20 + 60 + 60 + 7));
    CHECK(bench.pipeline.samples(Feed::pps)[ppsd::discipline::Verdict::implausible] == 60);
    CHECK(bench.pipeline.state() == State::locked);
    CHECK(std::count(bench.states.begin(), bench.states.end(), State::implausible) == 1);
}

TEST_CASE("distrust = 0: only the numbering has to last") {
    PipelineSettings with = settings();
    with.distrust = 0ns;
    Bench bench{with};
    seconds_by_oscillator(bench, 0, 20, 0);
    bench.pps.forget();
    seconds_by_oscillator(bench, 20, 100, 7);
    CHECK_FALSE(bench.err.has("implausible"));
    REQUIRE_FALSE(bench.pps.records().empty());
    CHECK(bench.pps.records().front().time < Bench::begin(20 + 66));
}

TEST_CASE("pulses that move by 30 ms: withheld, though the labels go with them") {
    Bench bench;
    seconds_by_oscillator(bench, 0, 20, 0);
    bench.pps.forget();
    seconds_by_oscillator(bench, 20, 90, 0, 30ms);
    CHECK(bench.err.count("implausible: the pulse moved, by -0.030000 s") == 1);
    REQUIRE_FALSE(bench.pps.records().empty());
    CHECK(bench.pps.records().front().time >= Bench::begin(20 + 60));
}

TEST_CASE("without the oscillator's word such a move may be slewing, and is believed") {
    Bench bench;
    bench.seconds(0, 20);
    bench.pps.forget();
    for (std::int64_t n = 20; n < 40; ++n) {
        bench.edge(Bench::begin(n) + 30ms);
        bench.bytes(Bench::begin(n) + 30ms + bench.delay, rmc(Bench::second(n)));
    }
    CHECK_FALSE(bench.err.has("implausible"));
    CHECK(bench.pps.records().size() > 10);
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
    bench.pipeline.on_sleep(bench.clock.now(), 100s);
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
        bench.pipeline.on_sleep(bench.clock.now(), 100s);
        bench.pipeline.on_edge({Bench::begin(20) - before, Polarity::rising, {}});
        CHECK(bench.pipeline.edges()[ppsd::discipline::Verdict::out_of_order] ==
              (before > 0ns ? 1u : 0u));
    }
}

TEST_CASE("asleep for whole seconds: nothing is taken for the train before") {
    Bench bench;
    bench.seconds(0, 20);
    bench.pps.forget();
    bench.clock.step(3600s);
    bench.pipeline.on_sleep(bench.clock.now(), 3600s);
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

TEST_CASE("pulses that come when the labels have just changed: the labels before them tell") {
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
            CHECK(bench.pps.records().empty());
            CHECK(bench.nmea.records().size() <= 1); // the one before
            bench.seconds(2060, 70); // as they were: at the latest when 60 have agreed
            CHECK_FALSE(bench.pps.records().empty());
            for (const auto& record : bench.pps.records())
                CHECK(record.sample.clock == Bench::second((record.time - Bench::begin(0)) / 1s));
        }
    }
}
