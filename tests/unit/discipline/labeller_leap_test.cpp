#include "daemon/discipline/labeller.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

Label leap_label(const Station& station, std::int64_t n) {
    Label label = station.label_of(n);
    label.leap_second = true;
    return label;
}

} // namespace

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
        station.run(50, 49 + labels, -1); // three of them mismatches, which unlock
        CHECK_FALSE(station.labeller.locked());
        station.run(50 + labels, 53 + labels);
        CHECK(station.both(54 + labels).pulse.has_value() == (labels == 59));
    }
}

TEST_CASE("early with a leap second for 60 labels, and one that says yet another thing") {
    auto station = before_july(200, table_with(Leap::inserted));
    station.run(0, 49);
    station.run(50, 109, -1);
    station.both(110, 7);
    for (int n = 111; n < 170; ++n)
        CHECK_FALSE(station.both(n).pulse);
    CHECK(station.both(170).pulse);
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

TEST_CASE("late bursts that mean the pulse before prove no K over a leap second") {
    auto station = before_july(30, table_with(Leap::inserted));
    station.delay = 500ms;
    station.lock();
    (void)station.labeller.forget_time();
    station.restart_pulses(10);
    for (int n = 10; n <= 89; ++n) {
        station.pulse(n + 1);
        if (n == 30) continue; // :60, which is not heard
        Label label = station.label_of(n, 1200ms);
        if (n > 30) label.second = label.second - 1;
        CHECK_FALSE(station.give(label).pulse);
    }
}

TEST_CASE("a :60 while locking begins anew") {
    auto station = before_july(4);
    station.run(0, 3);
    station.pulse(4);
    CHECK(station.give(leap_label(station, 4)).verdict == Verdict::leap_second);
    CHECK_FALSE(station.labeller.locked());
}
