#include "daemon/discipline/labeller.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

TEST_CASE("a pulse of a train that has moved is not handed over until a label confirms it") {
    Station station;
    station.lock();
    station.labeller.add_pulse({at(whole_seconds(5) + 80ms), 5, false, true}, false);
    CHECK_FALSE(station.overdue(60));
    station.labeller.add_pulse({at(whole_seconds(6) + 80ms), 6}, false);
    CHECK_FALSE(station.overdue(60));
    CHECK(station.late_label(6, 280ms).verdict == Verdict::used);
    station.labeller.add_pulse({at(whole_seconds(7) + 80ms), 7}, false);
    CHECK(station.overdue(60));
}

TEST_CASE("mismatches that unlock leave no learned delay until it locks again") {
    Station station;
    station.delay = 960ms; // late bursts have taught it
    station.lock();
    station.delay = 120ms;
    station.run(5, 6);
    CHECK(station.labeller.learned_delay() == 960ms);
    CHECK(station.both(7).unlocked);
    CHECK_FALSE(station.labeller.learned_delay());
    station.restart_pulses(20);
    CHECK_FALSE(station.labeller.learned_delay());
    station.label(20);
    station.run(21, 24);
    CHECK(station.labeller.learned_delay() == 120ms);
}

TEST_CASE("labels that come otherwise while searching leave no learned delay") {
    for (const Nanos otherwise : Lengths{150ms, 150ms + 1ns, -150ms, -150ms - 1ns}) {
        Station station;
        station.delay = 400ms;
        station.lock();
        station.delay += otherwise;
        station.restart_pulses(5);
        station.label(5);
        CHECK_FALSE(station.labeller.delay_in_doubt()); // one may be noise's
        station.both(6);
        const bool strange = otherwise > 150ms || otherwise < -150ms;
        CHECK(station.labeller.delay_in_doubt() == strange);
        CHECK(station.labeller.learned_delay().has_value() == !strange);
        station.run(7, 9); // locked again
        CHECK(station.labeller.learned_delay() == station.delay);
    }
}

TEST_CASE("for half an hour the last known pulse says whether a learned delay still is right") {
    const auto doubted = [](int n, Nanos otherwise, bool lost) {
        Station station;
        station.lock(); // 4 is the last known
        if (lost) (void)station.labeller.lose_pulses();
        station.labeller.check_delay(station.label_of(n, station.delay + otherwise));
        return station.labeller.delay_in_doubt();
    };
    for (const Nanos off : Lengths{400ms, -400ms}) {
        CHECK_FALSE(doubted(50, off, true));
        CHECK(doubted(50, off + (off < 0ns ? -1ns : 1ns), true));
    }
    CHECK(doubted(1804, -401ms, true));
    CHECK_FALSE(doubted(1804, 401ms, true)); // 1800.4 s, and nobody knows
    CHECK_FALSE(doubted(50, 401ms, false));  // pulses tell better
}

TEST_CASE(
    "a leap second is no reason to doubt the delay; known to be none, or one, it tells as ever") {
    const auto doubted = [](Station station, Nanos late) {
        station.lock();
        (void)station.labeller.lose_pulses();
        station.labeller.check_delay(station.label_of(8, station.delay + late));
        return station.labeller.delay_in_doubt();
    };
    CHECK_FALSE(doubted(before_july(8), 1s)); // :60 may have been before it
    CHECK_FALSE(doubted(before_july(8), 401ms));
    for (const Nanos off : Lengths{400ms, 401ms, -400ms, -401ms}) {
        const bool much = off > 400ms || off < -400ms;
        CHECK(doubted(before_july(8, table_with(Leap::none)), off) == much);
        CHECK(doubted(before_july(8, table_with(Leap::inserted)), 1s + off) == much);
        CHECK(doubted(before_july(8, table_with(Leap::deleted)), -1s + off) == much);
    }
}

TEST_CASE("slept, and labels that come earlier than they did: 60 in a row") {
    struct Case {
        Nanos learned;
        Nanos now;
        bool sixty;
    };
    for (const auto& [learned, now, sixty] :
         {Case{900ms, 750ms, false}, Case{900ms, 749ms, true}, Case{900ms, 30ms, true},
          Case{300ms, 150ms, false}, Case{300ms, 149ms, true}, Case{100ms, 900ms, false}}) {
        for (const bool slept : {true, false}) {
            Station station;
            station.delay = learned;
            station.lock();
            if (slept) (void)station.labeller.forget_time();
            station.delay = now;
            station.restart_pulses(10);
            int needed = 1;
            for (bool locked = station.label(10).locked; !locked; ++needed)
                locked = station.both(10 + needed).locked;
            // The clock tells, if it wasn't asleep.
            CHECK(needed == (sixty && slept ? 60 : 5));
        }
    }
}

TEST_CASE("the delay is remembered when the lock is lost") {
    Station station;
    CHECK_FALSE(station.labeller.learned_delay());
    station.lock();
    (void)station.labeller.lose_pulses();
    CHECK_FALSE(station.labeller.delay());
    CHECK(station.labeller.learned_delay() == 200ms);
}

TEST_CASE("a lock on another numbering of the same pulses says by how much") {
    Station station;
    station.lock();
    Labeller::Outcome outcome;
    for (int n = 5; n < 120 && !outcome.locked; ++n)
        outcome = station.both(n, 1);
    REQUIRE(outcome.locked);
    CHECK(outcome.renumbered == 1);
}

TEST_CASE("labels that don't go on from those before them have to last, unless K was known") {
    for (const bool known : {false, true}) {
        Station station;
        if (known) station.lock();
        const std::int64_t first = known ? 20 : 0;
        station.restart_pulses(first);
        int needed = 0;
        for (std::int64_t n = first;; ++n) {
            if (n > first) station.pulse(n);
            const Label label = station.label_of(n);
            ++needed;
            if (station.labeller.add_label(label, label.arrival + Station::lag, true).locked) break;
        }
        CHECK(needed == (known ? 5 : 60));
    }
}

TEST_CASE("the one that does again is enough, where lock-count agree") {
    Station station;
    for (std::int64_t n = 0; n < 7; ++n) {
        station.pulse(n);
        const Label label = station.label_of(n);
        const bool renumbers = n < 6;
        CHECK(station.labeller.add_label(label, label.arrival + Station::lag, renumbers).locked ==
              !renumbers);
    }
}
