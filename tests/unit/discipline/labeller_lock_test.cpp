#include "daemon/discipline/labeller.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

// ---- locking

TEST_CASE("it locks with the label that makes lock-count, not with the one before") {
    for (const int count : {1, 2, 5, 16, 17, 40}) {
        Station station{with_lock_count(count)};
        for (int n = 0; n + 1 < count; ++n) {
            CHECK(station.both(n).verdict == Verdict::locking);
            CHECK_FALSE(station.labeller.locked());
            CHECK_FALSE(station.labeller.delay());
        }
        const auto outcome = station.both(count - 1);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.locked);
        REQUIRE(outcome.pulse);
        CHECK(outcome.pulse->second == station.zero + (count - 1));
        CHECK(outcome.pulse->time == at(whole_seconds(count - 1)));
        CHECK(station.labeller.locked());
        CHECK(station.labeller.delay() == 200ms);
    }
}

TEST_CASE("each label after that confirms its pulse") {
    Station station;
    station.lock();
    for (std::int64_t n = 5; n < 500; ++n) {
        const auto outcome = station.both(n);
        CHECK(outcome.verdict == Verdict::used);
        CHECK_FALSE(outcome.locked);
        CHECK(outcome.pulse->second == station.zero + n);
        CHECK(outcome.pulse->time == at(whole_seconds(n)));
    }
}

TEST_CASE("lock-count labels must agree in a row") {
    Station station;
    station.run(0, 3);
    CHECK(station.both(4, 18).verdict == Verdict::locking); // another number: from the beginning
    station.run(5, 8);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(9).locked);
}

TEST_CASE("a label without a pulse begins anew, and names no older pulse") {
    Station station;
    station.run(0, 3);
    CHECK(station.label(4).verdict == Verdict::no_pulse); // its pulse is missing
    station.run(5, 8);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(9).locked);
}

TEST_CASE("without pulses there is nothing to name") {
    Station station;
    for (int n = 0; n < 20; ++n)
        CHECK(station.label(n).verdict == Verdict::no_pulse);
}

TEST_CASE("a label that is sent over and over counts once") {
    Station station;
    station.pulse(0);
    CHECK(station.label(0).verdict == Verdict::locking);
    for (int i = 1; i < 20; ++i)
        CHECK(station.late_label(0, 200ms + i * 10ms).verdict == Verdict::no_pulse);
    CHECK_FALSE(station.labeller.locked());
    station.run(1, 3);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(4).locked);
}

TEST_CASE("labels that were held up and come at once delay the lock by themselves alone") {
    for (const Nanos apart : Lengths{0ns, 100ms - 1ns}) {
        Station station;
        station.run(0, 2);
        for (int n = 3; n <= 5; ++n)
            station.pulse(n);
        // Label 4 comes with that of 5: by its arrival it would be K - 1, a flip.
        CHECK(station.late_label(4, 1300ms).verdict == Verdict::straddling);
        CHECK(station.late_label(5, 300ms + apart).verdict == Verdict::held_up);
        station.run(6, 9);
        CHECK_FALSE(station.labeller.locked());
        CHECK(station.both(10).pulse->second == station.zero + 10);
    }
    Station station;
    station.run(0, 2);
    for (int n = 3; n <= 5; ++n)
        station.pulse(n);
    (void)station.late_label(4, 1300ms);
    CHECK(station.late_label(5, 400ms).verdict != Verdict::held_up);
}

TEST_CASE("labels that stand still never lock") {
    Station station;
    for (int n = 0; n < 100; ++n)
        CHECK_FALSE(station.both(n, -n).pulse);
}

TEST_CASE("pulses that began anew forget what the labels before them said") {
    Station station;
    station.run(0, 3);
    station.restart_pulses(4);
    CHECK(station.label(4).verdict == Verdict::locking);
    station.run(5, 7);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(8).locked);
    CHECK(station.both(9).pulse->second == station.zero + 9);
}

// ---- straddling

TEST_CASE("a delay within 10 ms of a whole second is refused, to the nanosecond") {
    const auto last_of = [](Nanos delay) {
        Station station;
        station.delay = delay;
        return station.run(0, 30).verdict;
    };
    CHECK(last_of(0ns) == Verdict::straddling);
    CHECK(last_of(10ms - 1ns) == Verdict::straddling);
    CHECK(last_of(10ms) == Verdict::used);
    CHECK(last_of(990ms) == Verdict::used);
    CHECK(last_of(990ms + 1ns) == Verdict::straddling);
    CHECK(last_of(1s - 1ns) == Verdict::straddling);
}

TEST_CASE("straddling names the delay that was measured") {
    Station station;
    station.delay = 995ms;
    CHECK(station.run(0, 4).delay == 995ms);
}

TEST_CASE("where K flips while locking, it waits for 60 labels without a flip") {
    Station station;
    for (int n = 0; n < 3; ++n) {
        station.pulse(n);
        (void)station.late_label(n, 950ms);
    }
    station.pulse(3);
    station.pulse(4);
    CHECK(station.late_label(3, 1030ms).verdict == Verdict::straddling); // names pulse 4
    // Label 4 came too late for its pulse as well: the next that names its own is 5.
    for (int n = 5; n < 64; ++n) {
        station.pulse(n);
        CHECK(station.late_label(n, 500ms).verdict == Verdict::straddling);
    }
    station.pulse(64);
    CHECK(station.late_label(64, 500ms).verdict == Verdict::straddling);
    station.pulse(65);
    CHECK(station.late_label(65, 500ms).locked);
}

TEST_CASE("a flip is seen across labels that named no pulse") {
    Station station;
    station.pulse(0);
    (void)station.late_label(0, 990ms);
    CHECK(station.late_label(1, 300ms).verdict == Verdict::no_pulse);
    station.pulse(2);
    station.pulse(3);
    CHECK(station.late_label(2, 1010ms).verdict == Verdict::straddling);
}

TEST_CASE("delays that scatter over a whole second are never locked on") {
    // 0.9 to 1.1 s after the pulse, in turn: half of them name the pulse after.
    Station station;
    station.pulse(0);
    for (int n = 0; n < 500; ++n) {
        station.pulse(n + 1);
        const auto outcome = station.late_label(n, n % 7 < 4 ? 950ms : 1050ms);
        CHECK_FALSE(outcome.pulse);
    }
}

TEST_CASE("scatter near a whole second wants 16 labels; far from it, lock-count will do") {
    const auto labels_to_lock = [](Nanos low, Nanos spread) {
        Station station;
        for (int n = 0; n < 30; ++n) {
            station.pulse(n);
            if (station.late_label(n, low + (n % 2) * spread).locked) return n + 1;
        }
        return -1;
    };
    CHECK(labels_to_lock(80ms, 20ms) == 5); // 4 spreads
    CHECK(labels_to_lock(80ms - 1ns, 20ms) == 16);
    CHECK(labels_to_lock(150ms, 100ms) == 5); // not near
    CHECK(labels_to_lock(150ms - 1ns, 100ms) == 16);
    CHECK(labels_to_lock(20ms, 20ms) == 16);
    CHECK(labels_to_lock(20ms - 1ns, 20ms) == -1); // nearer than they scatter
    CHECK(labels_to_lock(900ms, 20ms) == 5);       // 80 ms to 1 s
    CHECK(labels_to_lock(900ms, 20ms + 1ns) == 16);
}

TEST_CASE("nmea-delay decides where it would straddle") {
    for (const Nanos true_delay : {-300ms, -5ms, 0ms, 5ms, 995ms, 1000ms, 1005ms, 1300ms}) {
        Station station{with_nmea_delay(true_delay)};
        station.delay = true_delay;
        station.pulse(0);
        station.pulse(1);
        Labeller::Outcome outcome;
        for (int n = 0; n < 10; ++n) {
            station.pulse(n + 2);
            outcome = station.label(n);
            if (n >= 4) {
                CHECK(outcome.verdict == Verdict::used);
                CHECK(outcome.pulse->time == at(whole_seconds(n)));
            }
        }
        CHECK(station.labeller.delay() == true_delay);
    }
}

TEST_CASE("with nmea-delay the limits are half a second from it") {
    const auto last_of = [](Nanos delay) {
        Station station{with_nmea_delay(100ms)};
        station.delay = delay;
        station.pulse(0);
        Labeller::Outcome outcome;
        for (int n = 0; n < 30; ++n) {
            station.pulse(n + 1);
            outcome = station.label(n);
        }
        return outcome;
    };
    CHECK(last_of(590ms).verdict == Verdict::used);
    CHECK(last_of(590ms + 1ns).verdict == Verdict::straddling);
    CHECK(last_of(-390ms).verdict == Verdict::used);
    CHECK(last_of(-390ms - 1ns).verdict == Verdict::straddling);
}

TEST_CASE("when a label may be judged") {
    Station station;
    const Label label = station.label_of(10);
    CHECK(station.labeller.judge_at(label) == label.arrival);
    Station hinted{with_nmea_delay(-300ms)};
    CHECK(hinted.labeller.judge_at(label) == label.arrival + 800ms);
    station.lock(); // 0.2 s after its pulse; looked for from 0.1 s after that
    CHECK(station.labeller.judge_at(label) == label.arrival - 100ms);
}
