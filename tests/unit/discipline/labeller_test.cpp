#include "daemon/discipline/labeller.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

// ---- locked: what is a mismatch

TEST_CASE("the burst comes at the learned delay +- 0.4 s, to the nanosecond") {
    const auto verdict = [](Nanos off) {
        Station station;
        station.delay = 500ms;
        station.lock();
        station.pulse(5);
        return station.late_label(5, 500ms + off).verdict;
    };
    for (const Nanos off : Lengths{-400ms, -400ms + 1ns, 0ns, 400ms - 1ns, 400ms})
        CHECK(verdict(off) == Verdict::used);
    CHECK(verdict(-400ms - 1ns) == Verdict::mismatch);
    CHECK(verdict(400ms + 1ns) == Verdict::mismatch);
}

TEST_CASE("a label from before the pulse that it names is a mismatch, to the nanosecond") {
    using Hint = std::optional<Nanos>;
    for (const auto& [hint, limit] : {std::pair{Hint{}, 0ns}, {Hint{-200ms}, -700ms}}) {
        for (const Nanos off : {0ns, -1ns}) {
            Station station{{5, 10s, hint}};
            station.delay = limit + 300ms;
            station.run(0, 6); // where nmea-delay is given, judged after the next pulse
            station.pulse(7);
            CHECK((station.late_label(7, limit + off).verdict == Verdict::used) == (off == 0ns));
        }
    }
}

TEST_CASE(
    "locked on late bursts, and they come as they should again: nothing more is handed over") {
    Station station;
    station.pulse(0);
    for (int n = 0; n < 5; ++n) {
        station.pulse(n + 1);
        CHECK(station.late_label(n, 1100ms).pulse.has_value() ==
              (n == 4)); // a second late: who knows?
    }
    for (int n = 6; n < 100; ++n) {
        station.pulse(n);
        const auto outcome = station.late_label(n, 950ms);
        CHECK(outcome.unlocked == (n == 8));
        if (outcome.pulse) CHECK(outcome.pulse->second == station.zero + n);
        CHECK_FALSE(station.overdue(n));
    }
    CHECK(station.labeller.locked());
}

TEST_CASE("three mismatches in a row unlock, two do not") {
    Station station;
    station.lock();
    CHECK_FALSE(station.both(5, 1).unlocked);
    CHECK_FALSE(station.both(6, 1).unlocked);
    CHECK(station.both(7).verdict == Verdict::used); // and the count begins anew
    for (int n = 8; n < 10; ++n)
        CHECK(station.both(n, 1).verdict == Verdict::mismatch);
    CHECK(station.labeller.locked());
    const auto third = station.both(10, 1);
    CHECK(third.verdict == Verdict::mismatch);
    CHECK(third.unlocked);
    CHECK_FALSE(third.pulse);
    CHECK_FALSE(station.labeller.locked());
    CHECK_FALSE(station.labeller.delay());
}

TEST_CASE("a pulse that is missing says nothing against K, if its label came when it should") {
    struct Limits {
        Nanos delay, early, late;
    };
    // No earlier than the pulse was due, or than 0.1 s before its usual delay; as ever, 0.4 s.
    for (const auto& [delay, early, late] :
         {Limits{50ms, -100ms, 400ms}, {200ms, -200ms, 400ms}, {700ms, -400ms, 400ms}}) {
        for (const Nanos off : {early - 1ns, early, late, late + 1ns}) {
            Station station;
            station.delay = delay;
            station.lock();
            const bool fits = off >= early && off <= late;
            CHECK(station.late_label(5, delay + off).verdict ==
                  (fits ? Verdict::no_pulse : Verdict::mismatch));
        }
    }
    Station station;
    station.lock();
    for (int n = 5; n < 9; ++n) // more than three: not one is a mismatch
        CHECK(station.label(n).verdict == Verdict::no_pulse);
    CHECK(station.labeller.locked());
    CHECK(station.both(9).pulse->second == station.zero + 9);
}

TEST_CASE("a label for a pulse before the last confirmed one is a mismatch, missing or not") {
    Station station;
    station.lock();
    station.pulse(6);
    CHECK(station.label(6).verdict == Verdict::used);
    CHECK(station.label(5).verdict == Verdict::mismatch);
}

TEST_CASE("a pulse that is labelled already is a mismatch") {
    Station station;
    station.lock();
    CHECK(station.both(6).verdict == Verdict::used);
    CHECK(station.late_label(6, 400ms).verdict == Verdict::mismatch);
    CHECK(station.both(7).verdict == Verdict::used);
}

TEST_CASE("late bursts don't shift K") {
    for (const Nanos late : {401ms, 601ms, 800ms, 1000ms, 1200ms, 1900ms, 2000ms}) {
        Station station;
        station.lock();
        station.pulse(5);
        station.pulse(6);
        for (int n = 5; n < 60; ++n) {
            station.pulse(n + 2);
            const auto outcome = station.late_label(n, 200ms + late);
            if (n < 8) CHECK(outcome.verdict == Verdict::mismatch);
            if (outcome.pulse) CHECK(outcome.pulse->time == at(whole_seconds(n)));
        }
    }
}

TEST_CASE("after late bursts it locks on the old K at once") {
    Station station;
    station.lock();
    station.pulse(5);
    for (int n = 5; n < 30; ++n) { // a second late: each seems to be the label of the next pulse
        station.pulse(n + 1);
        CHECK_FALSE(station.late_label(n, 1200ms).pulse);
    }
    CHECK_FALSE(station.labeller.locked());
    station.run(31, 34);
    CHECK_FALSE(station.labeller.locked());
    const auto outcome = station.both(35);
    CHECK(outcome.locked);
    CHECK(outcome.pulse->second == station.zero + 35);
}

TEST_CASE("late bursts while locking don't lock a second early") {
    Station station;
    station.run(0, 3);
    station.pulse(4);
    for (int n = 4; n < 60; ++n) {
        station.pulse(n + 1);
        CHECK_FALSE(station.late_label(n, 1200ms).pulse);
    }
}

TEST_CASE("the delay is learned, and labels as late as it grows stay good") {
    Station station;
    station.lock();
    for (int n = 5; n < 300; ++n) {
        station.pulse(n);
        const auto after = 200ms + std::min(n - 5, 200) * 3ms; // to 0.8 s
        CHECK(station.late_label(n, after).pulse->second == station.zero + n);
    }
    CHECK(*station.labeller.delay() > 790ms);
    CHECK(*station.labeller.delay() <= 800ms);
}

TEST_CASE("one label late teaches little") {
    Station station;
    station.lock();
    station.pulse(5);
    CHECK(station.late_label(5, 600ms).pulse);
    CHECK(*station.labeller.delay() <= 200ms + 50'000us / 16);
}

// ---- labels that jump

TEST_CASE("labels repeated and skipped: no wrong second, and locked again on the old numbering") {
    for (const std::int64_t jump : {-1, 1, 2, -2, 18, -18, 3600, -86400}) {
        for (const int lasting : {1, 2, 3, 8, 20, 59}) {
            Station station;
            station.lock();
            for (int n = 5; n < 5 + lasting; ++n)
                CHECK_FALSE(station.both(n, jump).pulse);
            CHECK(station.labeller.locked() == (lasting < 3));
            station.run(5 + lasting, 9 + lasting);
            const auto outcome = station.both(10 + lasting);
            CHECK(outcome.verdict == Verdict::used);
            CHECK(outcome.pulse->second == station.zero + 10 + lasting);
        }
    }
}

TEST_CASE("a numbering that is there to stay is taken after 60 labels, not before") {
    for (const std::int64_t jump : {-1, 1, 18, -18}) {
        Station station;
        station.lock();
        CHECK(station.run(5, 7, jump).unlocked);
        for (int n = 8; n < 67; ++n)
            CHECK_FALSE(station.both(n, jump).pulse);
        const bool near = jump == 1 || jump == -1; // the flip itself is one label more
        if (near) CHECK_FALSE(station.both(67, jump).pulse);
        const auto outcome = station.both(near ? 68 : 67, jump);
        CHECK(outcome.locked);
        CHECK(outcome.pulse->second == station.zero + (near ? 68 : 67) + jump);
    }
}

TEST_CASE("another numbering has lasted for 60 labels: the one before needs 60 again, too") {
    for (const std::int64_t jump : {-1, 1, 18, -18}) {
        for (const int lasting : {59, 60}) {
            Station station;
            station.lock();
            station.run(5, 4 + lasting, jump);
            CHECK_FALSE(station.labeller.locked());
            int needed = 1;
            while (!station.both(4 + lasting + needed).locked)
                ++needed;
            CHECK(needed == (lasting == 60 ? 60 : 5));
        }
    }
}

TEST_CASE("two other numberings, neither for 60 labels: the one before is believed at once") {
    Station station;
    station.lock();
    station.run(5, 63, 1);
    station.run(64, 122, -1);
    station.run(123, 126);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(127).locked);
}

TEST_CASE("a numbering that was believed, and refuted for 60 labels: not at once again") {
    for (const int lasting : {59, 60}) {
        Station station;
        station.lock();
        station.run(5, 67, -1); // the flip itself is one label more
        CHECK_FALSE(station.labeller.locked());
        REQUIRE(station.both(68, -1).locked);
        station.run(69, 128, -1); // 60 more confirm it
        station.run(129, 128 + lasting);
        CHECK_FALSE(station.labeller.locked());
        station.run(129 + lasting, 146 + lasting, -1);
        CHECK(station.labeller.locked() == (lasting == 59));
    }
}

TEST_CASE("a numbering that was believed for less than 60 labels, and refuted: not at once again") {
    for (const int believed : {59, 60}) {
        Station station;
        station.lock();
        station.run(5, 68, -1);
        station.run(69, 68 + believed, -1);
        REQUIRE(station.labeller.locked());
        const int next = 69 + believed;
        CHECK(station.run(next, next + 2).unlocked);
        station.run(next + 3, next + 20, -1);
        CHECK(station.labeller.locked() == (believed == 60));
        CHECK((station.run(next + 21, next + 61, -1).verdict == Verdict::used) == (believed == 60));
        CHECK(station.both(next + 62, -1).verdict == Verdict::used);
    }
}

TEST_CASE("nothing is labelled by half of each numbering") {
    Station station;
    station.lock();
    bool jumped = false;
    for (int n = 5; n < 200; ++n) {
        const auto outcome = station.both(n, n < 50 ? 0 : 18);
        if (!outcome.pulse) continue;
        const std::int64_t ahead = outcome.pulse->second - (station.zero + n);
        CHECK((ahead == 0 || ahead == 18));
        CHECK((ahead == 18) == (n >= 50));
        jumped = jumped || ahead == 18;
    }
    CHECK(jumped);
}

TEST_CASE("good labels between wrong ones keep it locked, and only they are used") {
    Station station;
    station.lock();
    for (int n = 5; n < 200; ++n) {
        const bool wrong = n % 3 != 0;
        const auto outcome = station.both(n, wrong ? 1 : 0);
        CHECK(outcome.verdict == (wrong ? Verdict::mismatch : Verdict::used));
    }
}

TEST_CASE("unlocked and locked again, nothing is handed over twice") {
    Station station{with_lock_count(1)};
    station.run(0, 3);
    // Three labels for pulse 3 again unlock; a fourth must not label it once more.
    for (int i = 1; i <= 4; ++i)
        CHECK_FALSE(station.late_label(3, 200ms + i * 50ms).pulse);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(4).pulse->second == station.zero + 4);
}

// ---- late edges

TEST_CASE("a late edge's label confirms its place, and no sample comes of it") {
    Station station;
    station.lock();
    for (std::int64_t n = 5; n < 9; ++n) { // more than three: it is no mismatch
        station.labeller.add_pulse({at(whole_seconds(n) + 300us), n, true}, false);
        const auto outcome = station.label(n);
        CHECK(outcome.verdict == Verdict::late_edge);
        CHECK_FALSE(outcome.pulse);
        CHECK(station.labeller.locked());
    }
    CHECK(station.both(9).verdict == Verdict::used);
}

TEST_CASE("a late edge is not handed over in holdover either") {
    Station station;
    station.lock();
    station.labeller.add_pulse({at(whole_seconds(5) + 300us), 5, true}, false);
    station.pulse(6);
    const auto overdue = station.labeller.take_overdue(at(whole_seconds(60)));
    REQUIRE(overdue);
    CHECK(overdue->second == station.zero + 6);
    CHECK(overdue->time == at(whole_seconds(6)));
}
