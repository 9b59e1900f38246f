#include "daemon/discipline/labeller.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

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
