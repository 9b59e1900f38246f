// Leap seconds, known and unknown.
#include "tests/unit/discipline/labels.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

TEST_CASE("slewed for minutes after a restart: in a leap second's last hour they stay trusted") {
    Labels labels{5, table_with(Leap::inserted), july_2025 - 4300};
    labels.run(0, 4);
    labels.restart();
    for (int n = 5; n < 705; ++n)
        (void)labels.label(n, n * 1ms); // 1000 ppm: 0.7 s later than at the restart
    for (int n = 705; n < 4300; ++n)
        CHECK(labels.label(n, 704ms));
}

TEST_CASE("late by 0.66 s within seconds, and back within minutes: the former numbering stays") {
    const auto late_at = [](int n) { // from the 20th label on, for 200 s
        const Nanos rising = std::min<Nanos>(std::max(n - 20, 0) * 83ms, 660ms);
        return std::max<Nanos>(rising - std::max(n - 220, 0) * 5ms, 0ns);
    };
    Labels labels{5, table_with(Leap::inserted), july_2025 - 5000};
    labels.run(0, 4);
    labels.restart();
    for (int n = 5; n < 2000; ++n)
        (void)labels.label(n, late_at(n));
    SUBCASE("right labels are trusted to the end of the month") {
        for (int n = 2000; n < 5000; ++n)
            CHECK(labels.label(n));
    }
    SUBCASE("those of a leap second that is early aren't") {
        for (int n = 2000; n < 5000; ++n)
            CHECK_FALSE(labels.label(n, 0ns, -1));
    }
}

TEST_CASE("a leap second that is named: at a month's end, unless the table knows of none") {
    for (const LeapTable& leaps : {LeapTable{}, table_with(Leap::inserted)}) {
        Labels labels{5, leaps, july_2025 - 20};
        labels.run(0, 19);
        CHECK(labels.leap_second(20));
        CHECK(labels.label(21, 0ns, -1));
    }
    for (const LeapTable& leaps : {table_with(Leap::none), table_with(Leap::deleted)}) {
        Labels labels{5, leaps, july_2025 - 20};
        labels.run(0, 18);
        CHECK_FALSE(labels.leap_second(20));
    }
    Labels elsewhere;
    elsewhere.run(0, 4);
    CHECK_FALSE(elsewhere.leap_second(5));
    CHECK(elsewhere.label(6)); // and it moves nothing
}

TEST_CASE("a second that the table knows to be deleted is none") {
    for (const Leap leap : {Leap::none, Leap::deleted}) {
        Labels labels{5, table_with(leap), july_2025 - 20};
        labels.run(0, 18);
        CHECK(labels.label(19) == (leap == Leap::none));
    }
}

TEST_CASE("a month's end that the table doesn't know: any misfit makes it 60 labels") {
    SUBCASE("a deleted second") {
        Labels labels{5, {}, july_2025 - 20};
        labels.run(0, 18);
        CHECK_FALSE(labels.run(19, 77, 1));
        CHECK(labels.label(78, 0ns, 1));
    }
    SUBCASE("then the numbering from before: 60 of those") {
        Labels labels{5, {}, july_2025 - 20};
        labels.run(0, 18);
        CHECK_FALSE(labels.label(19, 0ns, 1));
        for (int n = 20; n < 79; ++n)
            CHECK_FALSE(labels.label(n));
        CHECK(labels.label(79));
    }
    SUBCASE("labels that were not trusted yet") {
        Labels labels{5, {}, july_2025 - 20};
        labels.run(16, 18);
        CHECK_FALSE(labels.run(19, 77, 1));
        CHECK(labels.label(78, 0ns, 1));
    }
    SUBCASE("the table knows: a misfit is one") {
        Labels labels{5, table_with(Leap::none), july_2025 - 20};
        labels.run(0, 18);
        CHECK_FALSE(labels.label(19, 0ns, 1));
        CHECK(labels.label(20));
    }
    SUBCASE("two seconds before it") {
        Labels labels{5, {}, july_2025 - 20};
        labels.run(0, 17);
        CHECK_FALSE(labels.label(18, 0ns, 1));
        CHECK(labels.label(19));
    }
    SUBCASE("no misfit") {
        Labels labels{5, {}, july_2025 - 20};
        labels.run(0, 18);
        for (int n = 19; n < 30; ++n)
            CHECK(labels.label(n));
    }
}

TEST_CASE("the doubt lasts for 300 s without labels, and no longer") {
    for (const int n : {319, 320}) {
        Labels labels{5, {}, july_2025 - 20};
        labels.run(0, 18);
        CHECK_FALSE(labels.label(19, 0ns, 1));
        labels.restart();
        CHECK_FALSE(labels.run(n, n + 3));
        CHECK(labels.label(n + 4) == (n == 320));
    }
}

TEST_CASE("the fix is lost over a month's end: the numbering from before is as good as the table") {
    struct Case {
        LeapTable leaps;
        int moves;
        int trusted_from;
    };
    constexpr int soon = 29, after_60 = 84, after_an_hour = 20 + 3599 + 59;
    for (const Case& c : {Case{{}, 0, after_60}, Case{table_with(Leap::none), 0, soon},
                          Case{table_with(Leap::inserted), -1, soon},
                          Case{table_with(Leap::inserted), 0, after_an_hour},
                          Case{table_with(Leap::deleted), 1, soon},
                          Case{table_with(Leap::deleted), 0, after_an_hour}}) {
        Labels labels{5, c.leaps, july_2025 - 20};
        labels.run(0, 15);
        labels.restart();
        for (int n = 25; n < c.trusted_from; ++n)
            CHECK_FALSE(labels.label(n, 0ns, c.moves));
        CHECK(labels.label(c.trusted_from, 0ns, c.moves));
    }
}

TEST_CASE("a leap second that the table knows: who numbers the seconds otherwise isn't trusted") {
    for (const Leap leap : {Leap::none, Leap::inserted, Leap::deleted}) {
        for (const int moves : {-1, 0, 1}) {
            const int right = leap == Leap::inserted ? -1 : leap == Leap::deleted ? 1 : 0;
            CAPTURE(right);
            CAPTURE(moves);
            Labels labels{5, table_with(leap), july_2025 - 20};
            labels.run(0, 18);
            bool trusted = false;
            for (int n = 20 - moves; n < 60; ++n)
                trusted = labels.label(n, 0ns, moves) || trusted;
            CHECK(trusted == (moves == right));
        }
    }
}

TEST_CASE("early with a leap second that the table knows: refused until it is there") {
    Labels labels{5, table_with(Leap::inserted), july_2025 - 200};
    labels.run(0, 49);
    for (int n = 50; n < 201; ++n)
        CHECK_FALSE(labels.label(n, 0ns, -1));
    CHECK_FALSE(labels.run(201, 259, -1)); // and then they have to prove themselves
    CHECK(labels.run(260, 262, -1));
}

TEST_CASE("early by hours: believed for a while, refused in the last one, right again after it") {
    Labels labels{5, table_with(Leap::inserted), july_2025 - 7200};
    labels.run(0, 49);
    CHECK(labels.run(50, 3599, -1));
    for (int n = 3602; n < 7200; ++n)
        CHECK_FALSE(labels.label(n, 0ns, -1));
    CHECK(labels.run(7200, 7300, -1));
}

TEST_CASE("a leap second that is named is not passed a second time") {
    Labels labels{5, table_with(Leap::inserted), july_2025 - 20};
    labels.run(0, 19);
    CHECK(labels.leap_second(20));
    for (int n = 21; n < 60; ++n)
        CHECK(labels.label(n, 0ns, -1));
}
