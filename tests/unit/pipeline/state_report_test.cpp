// Fix, holdover, unlocking, and what the log says about them.
#include "daemon/pipeline/pipeline.hpp"

#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::Verdict;

using States = std::vector<State>;

TEST_CASE("nothing comes: no-bytes, after five seconds' patience") {
    Bench b;
    b.run_until(b.begin(0) - 500ms + 5s - 1ns);
    CHECK(b.pipeline.state() == State::starting);
    b.run_until(b.begin(0) - 500ms + 5s);
    CHECK(b.states == States{State::starting, State::no_bytes});
    CHECK(b.err.count("<4>no-bytes: nothing arrives from the receiver") == 1);
}

TEST_CASE("sentences without labels: no-labels, and no-bytes when they stop for 3 s") {
    Bench b;
    for (std::int64_t n = 0; n < 8; ++n)
        b.bytes(b.begin(n), nmea::test::seal(nmea::test::gsv_text));
    CHECK(b.states == States{State::starting, State::no_labels});
    CHECK(b.err.count("<4>no-labels: ") == 1);
    b.run_until(b.begin(7) + 3s - 1ns);
    CHECK(b.pipeline.state() == State::no_labels);
    b.run_until(b.begin(7) + 3s);
    CHECK(b.pipeline.state() == State::no_bytes);
}

TEST_CASE("labels without pulses: no-pulses") {
    Bench b;
    b.sentences(0, 10);
    CHECK(b.states == States{State::starting, State::no_pulses});
    CHECK(b.err.count("<4>no-pulses: ") == 1);
}

TEST_CASE("both: searching, then locked, as notices") {
    Bench b;
    b.seconds(0, 60);
    CHECK(b.states == States{State::starting, State::searching, State::locked});
    CHECK(b.err.count("<5>searching: ") == 1);
    CHECK(b.err.count("<5>locked: ") == 1);
    CHECK(b.pipeline.learned_delay() == 120ms);
    CHECK(b.err.count("<4>") == 0);
}

TEST_CASE("no pulses wanted: locked when the labels are trusted") {
    PipelineSettings with = settings();
    with.pulses = false;
    Bench b{with};
    b.sentences(0, 60);
    CHECK(b.states == States{State::starting, State::searching, State::locked});
    CHECK(b.err.count("searching: labels come; ") == 1);
    CHECK_FALSE(b.err.has("pulses"));
}

TEST_CASE("no fix: no sample from the first sentence that says so, and no holdover") {
    Bench b;
    b.seconds(0, 6);
    REQUIRE(b.pps.seconds() == second_numbers(4, 2));
    b.edge(b.begin(6));
    // RMC has come with a fix; GGA of the same second says that there is none.
    b.bytes(b.begin(6) + 120ms, rmc(b.second(6)));
    b.bytes(b.begin(6) + 150ms, gga(b.second(6), "0"));
    CHECK(b.pipeline.state() == State::no_fix);
    b.pulses(7, 10); // and now the labels stop
    CHECK(b.pps.seconds() == second_numbers(4, 2));
    CHECK(b.nmea.seconds() == second_numbers(4, 2));
    CHECK(b.err.count("<4>no-fix: ") == 1);
}

TEST_CASE("the fix is back: the next label's pulse is published, and its NMEA time") {
    Bench b;
    b.seconds(0, 6);
    for (std::int64_t n = 6; n < 20; ++n) {
        b.edge(b.begin(n));
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n), "V"));
    }
    b.pps.forget();
    b.nmea.forget();
    b.seconds(20, 8);
    CHECK(b.pps.seconds() == second_numbers(20, 8));
    CHECK(b.nmea.seconds() == second_numbers(20, 8));
    CHECK(b.states ==
          States{State::starting, State::searching, State::locked, State::no_fix, State::locked});
}

TEST_CASE("no fix takes back a label that is not judged yet") {
    PipelineSettings with = settings();
    with.keeper.nmea_delay = -300ms;
    for (const bool lost : {false, true}) {
        Bench b{with};
        for (std::int64_t n = 0; n < 9; ++n) {
            b.bytes(b.begin(n) - 300ms, rmc(b.second(n)));
            // Complete since 200 ms before the pulse; judged after it.
            if (n == 8 && lost) b.bytes(b.begin(n) - 100ms, gga(b.second(n + 1), "0"));
            b.edge(b.begin(n));
        }
        b.run_until(b.begin(9) - 500ms);
        CHECK(b.pps.seconds() == second_numbers(edges_to_find, lost ? 3 : 4));
        CHECK(b.nmea.seconds() == second_numbers(4, lost ? 4 : 5));
    }
}

TEST_CASE("no fix takes back a sample that waits for its 20 ms") {
    PipelineSettings with = settings();
    with.pulses = false;
    for (const bool lost : {false, true}) {
        Bench b{with};
        b.sentences(0, 6);
        b.bytes(b.begin(6), rmc(b.second(6)));
        // The next second's sentence, at once: the burst is over, its sample due at 20 ms.
        b.bytes(b.begin(6) + 1ms, rmc(b.second(7)));
        if (lost) b.bytes(b.begin(6) + 19ms, gga(b.second(7), "0"));
        b.run_until(b.begin(6) + 50ms);
        CHECK(b.nmea.seconds() == second_numbers(4, lost ? 2 : 3));
    }
}

TEST_CASE("no fix takes back a pulse that waits for its 20 ms") {
    for (const bool lost : {false, true}) {
        Bench b;
        b.delay = 12ms;
        b.seconds(0, 4);
        b.edge(b.begin(4));
        b.bytes(b.begin(4) + 12ms, rmc(b.second(4))); // the fifth: it locks
        b.bytes(b.begin(4) + 13ms, rmc(b.second(5))); // as soon as its burst is over
        CHECK(b.pipeline.state() == State::locked);
        CHECK(b.pps.records().empty());
        if (lost) b.bytes(b.begin(4) + 20ms - 1ns, gga(b.second(5), "0"));
        b.run_until(b.begin(4) + 50ms);
        CHECK(b.pps.seconds() == second_numbers(4, lost ? 0 : 1));
        if (!lost) CHECK(b.pps.records().front().at == b.begin(4) + 20ms);
    }
}

TEST_CASE("no-fix is over when nothing arrives any more") {
    Bench b;
    b.bytes(b.begin(0), rmc(b.second(0), "V"));
    CHECK(b.pipeline.state() == State::no_fix);
    b.run_until(b.begin(0) + 10s);
    CHECK(b.states.back() == State::no_bytes);
}

TEST_CASE("holdover: pulses go on for so many seconds when the labels stop, then silence") {
    for (const std::int64_t holdover : {0, 3, 10}) {
        CAPTURE(holdover);
        PipelineSettings with = settings();
        with.keeper.holdover = std::chrono::seconds{holdover};
        Bench b{with};
        b.seconds(0, 10);
        b.pulses(10, 40);
        CHECK(b.pps.seconds() == second_numbers(4, 6 + holdover));
        CHECK(b.nmea.seconds() == second_numbers(4, 6));
        for (const auto& record : b.pps.records())
            CHECK(record.sample.receive.ns() == record.sample.clock.posix() * 1'000'000'000);
    }
}

TEST_CASE("in holdover a pulse is published when its label would have been due: at the latest") {
    Bench b;
    b.seconds(0, 10);
    b.pps.forget();
    b.edge(b.begin(10));
    // The learned delay, 0.4 s of tolerance, and the 0.1 s that a burst takes to be over.
    b.run_until(b.begin(10) + 620ms - 1ns);
    CHECK(b.pps.records().empty());
    b.run_until(b.begin(10) + 620ms);
    CHECK(b.pps.seconds() == second_numbers(10, 1));
}

TEST_CASE("holdover is said, and that it is over; bursts without a date are no labels") {
    Bench b;
    b.seconds(0, 10);
    SUBCASE("silence") {
        b.pulses(10, 20);
        CHECK(b.states.back() == State::no_bytes);
    }
    SUBCASE("no date") {
        for (std::int64_t n = 10; n < 30; ++n) {
            b.edge(b.begin(n));
            b.bytes(b.begin(n) + 120ms, gga(b.second(n)));
        }
        CHECK(b.states.back() == State::no_labels);
    }
    CHECK(b.pps.seconds() == second_numbers(4, 16));
    REQUIRE(b.states.size() == 5);
    CHECK(b.states[3] == State::holdover);
    CHECK(b.err.count("<5>holdover: ") == 1);
}

TEST_CASE("no holdover after a burst that contradicts itself, until a label confirms") {
    for (const bool two_dates : {false, true}) {
        CAPTURE(two_dates);
        Bench b;
        b.seconds(0, 10);
        b.edge(b.begin(10));
        const std::string zda = nmea::test::seal("GPZDA," + time_field(b.second(10)) +
                                                 ",16,01,2027,00,00"); // a day late
        b.bytes(b.begin(10) + 120ms, (two_dates ? zda : gga(b.second(11))) + rmc(b.second(10)));
        b.pulses(11, 19);
        CHECK(b.pps.seconds() == second_numbers(4, 6));
        CHECK(std::find(b.states.begin(), b.states.end(), State::holdover) == b.states.end());
        CHECK(std::find(b.states.begin(), b.states.end(), State::no_fix) == b.states.end());
        b.seconds(30, 1);
        b.pulses(31, 20);
        CHECK(b.pps.seconds().size() == 6 + 11);
    }
}

TEST_CASE("holdover ends well: the next label is published, and the clock of it begins anew") {
    Bench b;
    b.seconds(0, 10);
    b.pulses(10, 8);
    b.seconds(18, 1);
    b.pulses(19, 20);
    CHECK(b.pps.seconds() == second_numbers(4, 25)); // to 18, and ten more
}

TEST_CASE("no holdover after a mismatch") {
    Bench b;
    b.seconds(0, 10);
    b.edge(b.begin(10));
    b.bytes(b.begin(10) + 120ms, rmc(b.second(11)));
    CHECK(b.pipeline.state() == State::locked); // the burst is not over yet
    b.run_until(b.begin(10) + 220ms);
    CHECK(b.pipeline.state() == State::withheld);
    CHECK(b.err.count("<4>withheld: ") == 1);
    b.pulses(11, 10);
    CHECK(b.pps.seconds() == second_numbers(4, 6));
    CHECK(b.nmea.seconds() == second_numbers(4, 6));
}

TEST_CASE("a label that is late confirms, unless it may be the next pulse's: within 10 ms of it") {
    for (const Nanos late : {Nanos{870ms - 1ns}, Nanos{870ms}}) {
        PipelineSettings with = settings();
        with.keeper.holdover = 0ns; // which would publish it anyway
        Bench b{with};
        b.seconds(0, 10);
        b.edge(b.begin(10));
        b.bytes(b.begin(10) + 120ms + late, rmc(b.second(10)));
        b.seconds(11, 5);
        const bool used = late < 870ms;
        CHECK(b.pps.records().size() == (used ? 12 : 11));
        CHECK((std::find(b.states.begin(), b.states.end(), State::withheld) == b.states.end()) ==
              used);
        CHECK(b.pps.seconds().back() == b.second(15).posix());
    }
}

TEST_CASE("pulses that are missing are said to be, and lose no lock") {
    for (const std::int64_t missing : {2, 3, 60, 600}) {
        CAPTURE(missing);
        Bench b;
        b.seconds(0, 40);
        b.pps.forget();
        b.sentences(40, missing);
        b.seconds(40 + missing, 20);
        // After so long the oscillator may have drifted: the third is believed.
        const int unsure = missing == 600 ? 2 : 0;
        CHECK(b.pps.seconds() == second_numbers(40 + missing + unsure, 20 - unsure));
        const bool said = missing > 3; // 4 s without one
        CHECK(b.err.count("<4>no-pulses: labels come, but no pulses: no edge comes") ==
              (said ? 1 : 0));
        CHECK(b.pipeline.state() == State::locked);
    }
}

TEST_CASE("after a label that contradicts one must agree, after more of them lock-count") {
    for (const std::int64_t wrong : {1, 3, 5, 9}) {
        CAPTURE(wrong);
        Bench b;
        b.seconds(0, 20);
        b.pps.forget();
        b.nmea.forget();
        for (std::int64_t n = 20; n < 20 + wrong; ++n) {
            b.edge(b.begin(n));
            b.bytes(b.begin(n) + 120ms, rmc(b.second(n + 100)));
        }
        b.run_until(b.begin(20 + wrong) - 1ns);
        CHECK(b.pipeline.state() == State::withheld);
        CHECK(b.pps.records().empty());
        b.seconds(20 + wrong, 10);
        const std::int64_t first = 20 + wrong + (wrong == 1 ? 0 : 4);
        CHECK(b.pps.seconds() == second_numbers(first, 30 + wrong - first));
        CHECK(b.nmea.seconds() == second_numbers(first, 30 + wrong - first));
        CHECK(b.err.count("<4>withheld: ") == 1);
    }
}

TEST_CASE("labels that contradict the pulses they fitted: no NMEA time either, until they agree") {
    Bench b;
    b.seconds(0, 80);
    b.nmea.forget();
    // Bursts a second late, all of them: by themselves they look like good ones.
    for (std::int64_t n = 80; n < 110; ++n) {
        b.edge(b.begin(n));
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n - 1)));
    }
    CHECK(b.nmea.records().empty());
    b.seconds(110, 12);
    CHECK(b.nmea.seconds() == second_numbers(114, 8));
    for (const auto& record : b.nmea.records())
        CHECK(record.sample.receive.ns() == record.sample.clock.posix() * 1'000'000'000);
}

TEST_CASE("a delay of about a whole second: straddling, never a sample, until nmea-delay says it") {
    for (const auto option : {std::optional<Nanos>{}, std::optional<Nanos>{1s}}) {
        PipelineSettings with = settings();
        with.keeper.nmea_delay = option;
        Bench b{with};
        for (std::int64_t n = 0; n < 60; ++n) {
            b.edge(b.begin(n));
            if (n % 2 == 0) { // the labels of odd seconds come 1.002 s after them, the others .998
                b.bytes(b.begin(n) + 2ms, rmc(b.second(n - 1)));
                b.bytes(b.begin(n) + 998ms, rmc(b.second(n)));
            }
        }
        if (option) {
            CHECK(b.pipeline.state() == State::locked);
            REQUIRE(b.pps.records().size() > 40);
            for (const auto& record : b.pps.records())
                CHECK(record.sample.receive.ns() == record.sample.clock.posix() * 1'000'000'000);
        } else {
            CHECK(b.pps.records().empty());
            CHECK(b.nmea.records().empty()); // its time would be off by a second
            CHECK(b.pipeline.labels()[Verdict::straddling] > 0);
            CHECK(b.pipeline.state() == State::straddling);
            CHECK(b.err.count("<4>straddling: labels come, or lately came, so near a pulse") == 1);
            CHECK(b.err.has("set `nmea-delay`"));
        }
    }
}
