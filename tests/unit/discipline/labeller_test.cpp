#include "daemon/discipline/labeller.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

Labeller::Settings with_lock_count(int n) {
    Labeller::Settings settings;
    settings.lock_count = n;
    return settings;
}

Labeller::Settings with_holdover(Nanos d) {
    Labeller::Settings settings;
    settings.holdover = d;
    return settings;
}

Labeller::Settings with_nmea_delay(Nanos d) {
    Labeller::Settings settings;
    settings.nmea_delay = d;
    return settings;
}

/// A station whose pulse `n` is the first second of July 2025, were there no leap second.
Station before_july(std::int64_t n, LeapTable table = {}) {
    Station station{{}, std::move(table)};
    station.zero = UtcSecond::from_posix(july_2025) - n;
    return station;
}

Label leap_label(const Station& station, std::int64_t n) {
    Label label = station.label_of(n);
    label.leap_second = true;
    return label;
}

} // namespace

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
        for (const int lasting : {1, 2, 3, 8, 20, 60}) {
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

// ---- pulses

TEST_CASE("pulses that stopped, or began anew, unlock") {
    Station station;
    station.lock();
    CHECK(station.labeller.lose_pulses());
    CHECK_FALSE(station.labeller.locked());
    CHECK_FALSE(station.labeller.lose_pulses());
    CHECK(station.label(4).verdict == Verdict::no_pulse);

    Station other;
    other.lock();
    other.pulse(5);
    CHECK_FALSE(other.lost);
    other.restart_pulses(10);
    CHECK(other.lost);
    CHECK_FALSE(other.labeller.locked());
    CHECK_FALSE(other.overdue(10));
    CHECK(other.label(10).verdict == Verdict::locking);
}

TEST_CASE("another K on a new train wants no more than lock-count") {
    Station station;
    station.lock();
    station.restart_pulses(20); // ordinals begin at 0
    station.label(20);
    station.run(21, 23);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(24).pulse->second == station.zero + 24);
}

TEST_CASE("a K that differs by one from another train's is no flip") {
    Station station;
    station.lock();
    station.restart_pulses(1); // by chance: K is now one more than it was
    station.label(1);
    station.run(2, 4);
    CHECK(station.both(5).pulse->second == station.zero + 5);
}

TEST_CASE("on a new train, another second than the clock says has to last for 60 labels") {
    for (const std::int64_t ahead : {-8, -1, 0, 1, 8}) {
        Station station;
        station.lock();
        station.restart_pulses(20);
        station.label(20, ahead);
        station.run(21, 23, ahead);
        CHECK(station.both(24, ahead).locked == (ahead == 0));
        if (ahead == 0) continue;
        for (std::int64_t n = 25; n < 79; ++n)
            CHECK_FALSE(station.both(n, ahead).locked);
        CHECK(station.both(79, ahead).locked);
    }
}

TEST_CASE("a receiver that errs for a while on a new train is not followed, and holds up nobody") {
    Station station;
    station.lock();
    station.restart_pulses(20);
    station.label(20, 1);
    station.run(21, 40, 1);
    station.run(41, 44);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(45).pulse->second == station.zero + 45);
}

TEST_CASE("for 300 s the clock says which second a new train is; after that labels alone do") {
    for (const std::int64_t gap : {300, 301}) {
        Station station;
        station.lock();
        const std::int64_t first = 4 + gap; // 4 was confirmed last
        station.restart_pulses(first);
        station.label(first, 1);
        station.run(first + 1, first + 3, 1);
        CHECK(station.both(first + 4, 1).locked == (gap > 300));
    }
}

TEST_CASE("a pulse that is no whole second after the last known one: labels have to last") {
    for (const Nanos off : Lengths{50ms, 51ms, -50ms, -51ms}) {
        Station station;
        station.lock();
        const auto pulse = [&](std::int64_t n) {
            station.labeller.add_pulse({at(whole_seconds(n) + off), n - 20}, n == 20);
            return station.late_label(n, off + 200ms);
        };
        for (std::int64_t n = 20; n < 24; ++n)
            CHECK_FALSE(pulse(n).locked);
        CHECK(pulse(24).locked == (off <= 50ms && off >= -50ms));
    }
}

TEST_CASE(
    "pulses lost over a leap second that the table knows: the clock's second is the table's") {
    for (const bool searched : {false, true}) {
        for (const std::int64_t ahead : {0, 1}) {
            Station station{{}, table_with(Leap::deleted)};
            station.zero = UtcSecond::from_posix(july_2025 - 10);
            station.lock();
            for (std::int64_t n = 5; searched && n <= 12; ++n)
                station.both(n, 5); // unlocks; and then it looks at pulses after the leap second
            station.restart_pulses(15);
            station.label(15, ahead);
            station.run(16, 18, ahead);
            CHECK(station.both(19, ahead).locked == (ahead == 1));
        }
    }
}

TEST_CASE("delays as they were learned before want lock-count labels, near a limit too") {
    // 0.13 +- 0.02 s: within 0.15 s of the limit, and less than four times their spread from it.
    const auto give = [](Station& station, std::int64_t n, Nanos off) {
        station.pulse(n);
        return station.late_label(n, 130ms + off + (n % 2 == 0 ? 20ms : -20ms));
    };
    Station station;
    std::int64_t n = 0;
    for (; n < 15; ++n)
        CHECK(give(station, n, 0ns).verdict == Verdict::locking);
    CHECK(give(station, n++, 0ns).locked); // the first time it wants 16
    for (const Nanos off : Lengths{0ms, -10ms, -11ms}) {
        Station again = station;
        again.restart_pulses(n);
        for (std::int64_t i = n + 1; i < n + 5; ++i)
            CHECK_FALSE(give(again, i, off).locked);
        CHECK(give(again, n + 5, off).locked ==
              (off >= -10ms)); // 0.15 was learned, and 0.1 is near
    }
}

TEST_CASE("delays that scatter don't hold up a new numbering") {
    Station station;
    station.lock();
    station.run(5, 7, 5); // unlocks
    std::int64_t n = 8;
    const auto give = [&] {
        station.pulse(n);
        auto label = station.label_of(n, n % 2 == 0 ? 200ms : 260ms);
        label.second = label.second + 3;
        ++n;
        return station.give(label);
    };
    for (int labels = 1; labels < 60; ++labels)
        CHECK_FALSE(give().locked);
    CHECK(give().locked);
}

TEST_CASE("a label that strays doesn't hold up those that are as they were before") {
    Station station;
    station.lock();
    station.restart_pulses(10);
    station.late_label(10, 700ms);
    station.run(11, 14);
    CHECK_FALSE(station.labeller.locked());
    CHECK(station.both(15).locked);
}

TEST_CASE("missing pulses keep the others' seconds") {
    Station station;
    station.lock();
    for (int n = 5; n < 100; ++n) {
        if (n % 3 == 0) {
            CHECK(station.label(n).verdict == Verdict::no_pulse);
            continue;
        }
        CHECK(station.both(n).pulse->second == station.zero + n);
    }
}

// ---- holdover

TEST_CASE("labels stop: ten pulses more, each when its label is overdue, then silence") {
    Station station;
    station.lock();
    for (int n = 5; n <= 20; ++n) {
        station.pulse(n);
        const MonoTime due = at(whole_seconds(n) + 200ms + 400ms + Station::lag);
        if (n <= 14) { // 4 was confirmed: 14 is 10 s later
            CHECK(station.labeller.next_overdue() == due);
            CHECK_FALSE(station.labeller.take_overdue(due - 1ns));
            const auto pulse = station.labeller.take_overdue(due);
            REQUIRE(pulse);
            CHECK(pulse->second == station.zero + n);
            CHECK(pulse->time == at(whole_seconds(n)));
            CHECK_FALSE(station.labeller.take_overdue(due + 1s)); // once
        } else {
            CHECK_FALSE(station.labeller.next_overdue());
            CHECK_FALSE(station.overdue(n));
        }
    }
}

TEST_CASE("holdover counts true seconds, whatever the pulses' own jitter") {
    Labeller labeller{Labeller::Settings{}};
    const auto pulse_time = [](std::int64_t n) { return at(n * 1083ms + (n % 2) * 100ns); };
    for (std::int64_t n = 0; n < 5; ++n) {
        (void)labeller.add_pulse({pulse_time(n), n}, n == 0);
        (void)labeller.add_label({UtcSecond::from_posix(1'750'000'000 + n), pulse_time(n) + 200ms},
                                 pulse_time(n) + 260ms);
    }
    int published = 0;
    for (std::int64_t n = 5; n < 30; ++n) {
        (void)labeller.add_pulse({pulse_time(n), n}, false);
        while (labeller.take_overdue(pulse_time(n) + 1s))
            ++published;
    }
    CHECK(published == 10);
}

TEST_CASE("a holdover of 0 is none; of 3 s, three pulses") {
    for (const int seconds : {0, 1, 3}) {
        Station station{with_holdover(whole_seconds(seconds))};
        station.lock();
        int published = 0;
        for (int n = 5; n < 20; ++n) {
            station.pulse(n);
            if (station.overdue(n)) ++published;
        }
        CHECK(published == seconds);
    }
}

TEST_CASE("a label within holdover begins it anew; one after it does as well") {
    Station station;
    station.lock();
    for (const int at_label : {9, 40}) {
        for (int n = at_label == 9 ? 5 : 10; n < at_label; ++n) {
            station.pulse(n);
            (void)station.overdue(n);
        }
        CHECK(station.both(at_label).pulse->second == station.zero + at_label);
        CHECK_FALSE(station.overdue(at_label));
    }
    station.pulse(41);
    CHECK(station.overdue(41)->second == station.zero + 41);
}

TEST_CASE("no pulse, no holdover for it; the next one is right") {
    Station station;
    station.lock();
    CHECK_FALSE(station.overdue(5));
    station.pulse(6);
    CHECK(station.overdue(6)->second == station.zero + 6);
}

TEST_CASE("holdover never after a mismatch, until a label confirms") {
    Station station;
    station.lock();
    CHECK(station.both(5, 1).verdict == Verdict::mismatch);
    CHECK_FALSE(station.labeller.next_overdue());
    for (int n = 6; n < 9; ++n) {
        station.pulse(n);
        CHECK_FALSE(station.overdue(n));
    }
    CHECK(station.both(9).verdict == Verdict::used);
    station.pulse(10);
    CHECK(station.overdue(10)->second == station.zero + 10);
}

TEST_CASE("holdover never after a mismatch in the middle of it") {
    Station station;
    station.lock();
    station.pulse(5);
    CHECK(station.overdue(5));
    CHECK(station.both(6, -1).verdict == Verdict::mismatch);
    CHECK_FALSE(station.overdue(6));
}

TEST_CASE("holdover never without a fix, until a label confirms") {
    Station station;
    station.lock();
    station.pulse(5);
    station.labeller.lose_fix();
    CHECK_FALSE(station.labeller.next_overdue());
    CHECK_FALSE(station.overdue(5));
    CHECK(station.labeller.locked());
    for (int n = 6; n < 50; ++n)
        station.pulse(n);
    CHECK_FALSE(station.overdue(49));
    CHECK(station.both(50).pulse->second == station.zero + 50);
    station.pulse(51);
    CHECK(station.overdue(51)->second == station.zero + 51);
}

TEST_CASE("holdover never when unlocked or not yet locked") {
    Station station;
    station.run(0, 3);
    CHECK_FALSE(station.labeller.next_overdue());
    CHECK_FALSE(station.overdue(3));
    station.run(4, 5);
    station.run(6, 8, 1);
    CHECK_FALSE(station.labeller.locked());
    CHECK_FALSE(station.overdue(8));
}

TEST_CASE("holdover stops at the end of a UTC month, before a second that may not be there") {
    auto station = before_july(8); // 7 is 23:59:59
    station.lock();
    for (int n = 5; n < 12; ++n) {
        station.pulse(n);
        const auto pulse = station.overdue(n);
        CHECK(pulse.has_value() == (n <= 6));
        if (pulse) CHECK(pulse->second.posix() == july_2025 - 8 + n);
    }
    CHECK(station.both(12).pulse->second.posix() == july_2025 + 4);
    station.pulse(13);
    CHECK(station.overdue(13)->second.posix() == july_2025 + 5);
}

// ---- leap seconds

TEST_CASE("an inserted second that the receiver names: never sampled, and no second missed") {
    for (const bool known : {false, true}) {
        auto station = before_july(8, known ? table_with(Leap::inserted) : LeapTable{});
        CHECK(station.run(0, 7).pulse->second.posix() == july_2025 - 1);
        station.pulse(8);
        const auto leap = station.give(leap_label(station, 8));
        CHECK(leap.verdict == Verdict::leap_second);
        CHECK_FALSE(leap.pulse);
        CHECK_FALSE(station.overdue(8));
        for (int n = 9; n < 200; ++n) {
            const auto outcome = station.both(n, -1);
            CHECK(outcome.verdict == Verdict::used);
            CHECK(outcome.pulse->second.posix() == july_2025 + n - 9);
        }
    }
}

TEST_CASE("after a :60 there is no holdover until a label bears it out") {
    auto station = before_july(8);
    station.run(0, 7);
    station.pulse(8);
    (void)station.give(leap_label(station, 8));
    for (int n = 9; n < 12; ++n) {
        station.pulse(n);
        CHECK_FALSE(station.overdue(n));
    }
    CHECK(station.both(12, -1).pulse->second.posix() == july_2025 + 3);
    station.pulse(13);
    CHECK(station.overdue(13)->second.posix() == july_2025 + 4);
}

TEST_CASE("an inserted second that the table knows, and no label names") {
    for (const int first_label : {9, 10, 15}) {
        auto station = before_july(8, table_with(Leap::inserted));
        station.run(0, 7);
        for (int n = 8; n < first_label; ++n) {
            station.pulse(n);
            CHECK_FALSE(station.overdue(n));
        }
        for (int n = first_label; n < 100; ++n)
            CHECK(station.both(n, -1).pulse->second.posix() == july_2025 + n - 9);
    }
}

TEST_CASE("a deleted second that the table knows") {
    for (const int first_label : {8, 9, 15}) {
        auto station = before_july(9, table_with(Leap::deleted)); // 7 is :58; 8 would be :59
        station.run(0, 7);
        for (int n = 8; n < first_label; ++n) {
            station.pulse(n);
            CHECK_FALSE(station.overdue(n));
        }
        for (int n = first_label; n < 100; ++n)
            CHECK(station.both(n, 1).pulse->second.posix() == july_2025 + n - 8);
    }
}

TEST_CASE("an inserted second without :60 and without a table: unlocked, never wrong") {
    auto station = before_july(8);
    station.run(0, 7);
    station.pulse(8); // no label for it
    for (int n = 9; n < 60; ++n)
        CHECK_FALSE(station.both(n, -1).pulse);
}

TEST_CASE("receivers that number the seconds otherwise than the table are mismatches") {
    SUBCASE("an inserted second passed over, and corrected two seconds later") {
        auto station = before_july(8, table_with(Leap::inserted));
        station.run(0, 7);
        for (int n = 8; n < 10; ++n)
            CHECK(station.both(n).verdict == Verdict::mismatch);
        CHECK(station.both(10, -1).pulse->second.posix() == july_2025 + 1);
    }
    SUBCASE("passed over for a minute") {
        auto station = before_july(8, table_with(Leap::inserted));
        station.run(0, 7);
        for (int n = 8; n < 50; ++n)
            CHECK_FALSE(station.both(n).pulse);
        for (int n = 50; n < 54; ++n)
            CHECK_FALSE(station.both(n, -1).pulse);
        CHECK(station.both(54, -1).pulse->second.posix() == july_2025 + 45);
    }
    SUBCASE(":59 twice") {
        auto station = before_july(8, table_with(Leap::inserted));
        station.run(0, 7);
        CHECK(station.both(8, -1).verdict == Verdict::mismatch);
        CHECK(station.both(9, -1).pulse->second.posix() == july_2025);
    }
    SUBCASE("a deleted second named all the same") {
        auto station = before_july(9, table_with(Leap::deleted));
        station.run(0, 7);
        CHECK(station.both(8).verdict == Verdict::mismatch);
        CHECK(station.both(9, 1).pulse->second.posix() == july_2025 + 1);
    }
    SUBCASE("a second inserted where there is none") {
        auto station = before_july(8, table_with(Leap::none));
        station.run(0, 7);
        station.pulse(8);
        CHECK(station.give(leap_label(station, 8)).verdict == Verdict::mismatch);
        CHECK(station.both(9).pulse->second.posix() == july_2025 + 1);
    }
}

TEST_CASE("unlocked across a leap second that the table knows: late labels don't pass for it") {
    for (const int unlocked_by : {3, 6}) { // labels a second late from so long before it on
        auto station = before_july(20, table_with(Leap::inserted));
        station.run(0, 19 - unlocked_by);
        station.pulse(20 - unlocked_by);
        for (int n = 20 - unlocked_by; n < 26; ++n) {
            station.pulse(n + 1);
            Label label = station.label_of(n, 1200ms);
            if (n > 20) label.second = label.second - 1;
            label.leap_second = n == 20;
            CHECK_FALSE(station.give(label).pulse);
        }
        for (int n = 27; n < 31; ++n)
            CHECK_FALSE(station.both(n, -1).pulse);
        CHECK(station.both(31, -1).pulse->second.posix() == july_2025 + 10);
    }
}

TEST_CASE("while searching, labels that name a deleted second, or count on over it, are refused") {
    const auto searching = [] {
        auto station = before_july(20, table_with(Leap::deleted));
        for (int n = 15; n < 19; ++n)
            CHECK_FALSE(station.both(n).pulse);
        return station;
    };
    auto right = searching();
    for (int n = 19; n < 23; ++n)
        CHECK_FALSE(right.both(n, 1).pulse);
    CHECK(right.both(23, 1).pulse->second.posix() == july_2025 + 4);
    auto wrong = searching();
    CHECK(wrong.both(19).verdict == Verdict::mismatch);
    for (int n = 20; n < 20 + 3600 + 59; ++n) // for an hour, and as long as a numbering has to last
        CHECK_FALSE(wrong.both(n).pulse);
    CHECK(wrong.both(20 + 3600 + 59).pulse->second.posix() == july_2025 + 3600 + 59);
}

TEST_CASE(
    "early with a leap second, or late, for longer than 60 labels: refused for an hour about it") {
    for (const Leap leap : {Leap::inserted, Leap::deleted}) {
        const int moves = leap == Leap::inserted ? -1 : 1;
        const int end = leap == Leap::inserted ? 201 : 199; // the month's first second
        auto early = before_july(200, table_with(leap));
        early.run(0, 49);
        for (int n = 50; n < end; ++n)
            CHECK_FALSE(early.both(n, moves).pulse);
        early.run(end, end + 58, moves); // and then it has to prove itself
        CHECK_FALSE(early.labeller.locked());
        CHECK(early.both(end + 59, moves).pulse->second.posix() == july_2025 + 59);

        auto late = before_july(200, table_with(leap));
        late.run(0, end - 1);
        for (int n = end; n < end + 150; ++n)
            CHECK_FALSE(late.both(n).pulse);
        late.run(end + 150, end + 208, moves);
        CHECK_FALSE(late.labeller.locked());
        CHECK(late.both(end + 209, moves).pulse->second.posix() == july_2025 + 209);
    }
}

TEST_CASE("early with a leap second for a moment: the numbering before is believed at once") {
    for (const int labels : {59, 60}) {
        auto station = before_july(200, table_with(Leap::inserted));
        station.run(0, 49);
        station.run(50, 52, -1); // mismatches, which unlock
        station.run(53, 52 + labels, -1);
        station.run(53 + labels, 53 + labels + 3);
        CHECK(station.both(53 + labels + 4).pulse.has_value() == (labels == 59));
    }
}

TEST_CASE("a numbering that is off by two has to last for 60 labels, leap second or not") {
    auto station = before_july(200, table_with(Leap::inserted));
    station.run(0, 49);
    station.run(50, 52, 2); // mismatches
    for (int n = 53; n < 112; ++n)
        CHECK_FALSE(station.both(n, 2).pulse);
    CHECK(station.both(112, 2).pulse);
}

TEST_CASE("unlocked at a month's end of which no table knows: no K is trusted before 60 labels") {
    auto station = before_july(20);
    station.run(0, 15);
    for (int n = 16; n < 22; ++n)
        CHECK_FALSE(station.both(n, 5).pulse);
    for (int n = 22; n < 81; ++n)
        CHECK_FALSE(station.both(n).pulse);
    CHECK(station.both(81).pulse->second.posix() == july_2025 + 61);
}

TEST_CASE("the first mismatch from the last second of a month of which no table knows unlocks") {
    for (const bool known : {false, true}) {
        for (const int n : {6, 7, 8}) {
            auto station = before_july(8, known ? table_with(Leap::none) : LeapTable{});
            station.run(0, n - 1);
            CHECK(station.both(n, 1).unlocked == (n >= 7 && !known));
        }
    }
}

TEST_CASE("a month's end of which no table knows, after labels that misfit") {
    for (const bool known : {false, true}) {
        for (const int misfit : {7, 8}) {
            for (const int first : {13, 14, 15}) { // 14 is 00:00:00; the labels before it are lost
                auto station = before_july(14, known ? table_with(Leap::none) : LeapTable{});
                station.run(0, misfit - 1);
                CHECK(station.both(misfit, 1).verdict == Verdict::mismatch);
                station.run(misfit + 1, 12); // 5 are enough, and 4 aren't
                for (int n = 13; n < first; ++n)
                    station.pulse(n);
                const bool believed = known || misfit == 7;
                CHECK(station.both(first).pulse.has_value() == believed);
                CHECK(station.labeller.locked() == believed);
            }
        }
    }
}

TEST_CASE("a deleted second, no table, and labels that repeat one from there on: not the old K") {
    auto station = before_july(9);
    station.run(0, 7);
    CHECK_FALSE(station.both(8, 1).pulse); // 00:00:00 where 23:59:59 would be
    for (int n = 9; n < 20; ++n)
        CHECK_FALSE(station.both(n).pulse);
}

TEST_CASE("a :60 that is not at the end of a month is a mismatch, and moves nothing") {
    Station station;
    station.lock();
    station.pulse(5);
    CHECK(station.give(leap_label(station, 5)).verdict == Verdict::mismatch);
    CHECK(station.both(6).pulse->second == station.zero + 6);
}

TEST_CASE("a month's end without a leap second, with and without a table") {
    for (const bool known : {false, true}) {
        auto station = before_july(8, known ? table_with(Leap::none) : LeapTable{});
        station.run(0, 4);
        for (int n = 5; n < 100; ++n)
            CHECK(station.both(n).pulse->second.posix() == july_2025 + n - 8);
    }
}

TEST_CASE("locked after the leap second, the table moves nothing") {
    auto station = before_july(-100, table_with(Leap::inserted));
    station.lock();
    CHECK(station.both(5, -1).verdict == Verdict::mismatch);
    CHECK(station.both(6).verdict == Verdict::used);
}

TEST_CASE("labels that count on over a leap second that the table knows agree on nothing") {
    for (const Leap leap : {Leap::none, Leap::inserted, Leap::deleted}) {
        auto station = before_july(3, table_with(leap));
        for (int n = 0; n < 4; ++n)
            CHECK_FALSE(station.both(n).pulse); // the last one is 00:00:00
        CHECK((station.both(4).verdict == Verdict::used) == (leap == Leap::none));
    }
}

TEST_CASE("a leap second that table and receiver agree on delays the lock, and is no flip") {
    auto station = before_july(3, table_with(Leap::deleted));
    station.run(0, 1);
    for (int n = 2; n < 6; ++n) // 00:00:00 comes where 23:59:59 would
        CHECK(station.both(n, 1).verdict == Verdict::locking);
    CHECK(station.both(6, 1).pulse->second.posix() == july_2025 + 4);
}

TEST_CASE("a :60 while locking begins anew") {
    auto station = before_july(4);
    station.run(0, 3);
    station.pulse(4);
    CHECK(station.give(leap_label(station, 4)).verdict == Verdict::leap_second);
    CHECK_FALSE(station.labeller.locked());
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

// ---- doubts about the pulses themselves

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

TEST_CASE("a leap second is no reason to doubt the delay") {
    auto station = before_july(8);
    station.lock();
    (void)station.labeller.lose_pulses();
    station.labeller.check_delay(station.label_of(8, station.delay + 1s)); // :60 was before it
    CHECK_FALSE(station.labeller.delay_in_doubt());
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
