#include "hal/src/sim/invisible.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

struct Said {
    InvisibleError invisible;
    Parameters parameters;
    Nanos usual = 120ms;
    Nanos delay = usual;
    std::int64_t leaps = 0; ///< that the truth has moved by

    /// Labels from..to, that far ahead of the truth.
    void labels(std::int64_t from, std::int64_t to, std::int64_t ahead, bool unspoilt = true,
                bool may_be_lost = false, bool pulse_disturbed = false) {
        for (std::int64_t n = from; n <= to; ++n) {
            const auto truth = UtcSecond::from_posix(1000 + n + leaps);
            const auto late = InvisibleError::seconds_late(delay, parameters);
            const std::int64_t later = (delay - usual + 500ms) / 1s;
            invisible.note({n,
                            {truth},
                            {truth + late},
                            late,
                            {truth + later},
                            later,
                            {truth + ahead},
                            0,
                            unspoilt,
                            may_be_lost,
                            pulse_disturbed},
                           parameters);
        }
    }
};

} // namespace

TEST_CASE("off from the first label on can't be seen") {
    Said said;
    CHECK(said.invisible.first_label() == -1);
    said.labels(30, 33, 2);
    CHECK(said.invisible.error() == 0); // nobody believes fewer than lock-count
    said.labels(34, 34, 2);
    CHECK(said.invisible.error() == -2); // its samples' receive times are early
    CHECK(said.invisible.first_label() == 30);
}

TEST_CASE("so can't what lock-count labels in a row say first, though others came before") {
    for (const std::int64_t count : {4, 5}) {
        Said said;
        said.parameters.set(Key::ppsd_leap_list, 1);
        said.labels(30, 31, -1);
        said.labels(32, 31 + count, 0);
        said.labels(32 + count, 33 + count, 1);
        CHECK(said.invisible.error() == 0);
        said.leaps = 1; // a deleted leap second; it counts on
        said.labels(34 + count, 34 + count, -1);
        CHECK(said.invisible.error() == (count == 5 ? 1 : 0));
    }
}

TEST_CASE("what begins later counts once it has lasted for a minute") {
    Said said;
    said.labels(0, 99, 0);
    said.labels(100, 158, 1);
    CHECK(said.invisible.error() == 0);
    CHECK(said.invisible.error_at_start() == -1);
    said.labels(159, 159, 1);
    CHECK(said.invisible.error() == -1);
    CHECK(said.invisible.error_before() == 0);
    said.labels(160, 165, 1);
    CHECK(said.invisible.error_before() == -1);
}

TEST_CASE("what was believed may be so yet, until 60 labels in a row came with their pulses") {
    for (const std::int64_t disturbed : {-1, 250}) {
        Said said;
        said.labels(0, 99, 0);
        said.labels(100, 199, 1);
        said.labels(200, 249, 0);
        said.labels(250, 250, 0, true, false, disturbed == 250);
        said.labels(251, 309, 0);
        CHECK(said.invisible.error() == 0);
        CHECK(said.invisible.error_before() == 0);
        CHECK(said.invisible.error_unlearned() == (disturbed == 250 ? -1 : 0));
        said.labels(310, 310, 0);
        CHECK(said.invisible.error_unlearned() == 0);
    }
}

TEST_CASE("a daemon that begins anew goes by lock-count labels") {
    Said said;
    said.labels(0, 99, 0);
    said.labels(100, 103, 1);
    CHECK(said.invisible.error_at_start() == 0);
    said.labels(104, 104, 1);
    CHECK(said.invisible.error_at_start() == -1);
}

TEST_CASE("a label that may have been lost on the way doesn't break a row of them") {
    for (const bool may_be_lost : {false, true}) {
        Said said;
        said.labels(0, 1, 1);
        said.labels(2, 2, 0, false, may_be_lost);
        said.labels(3, 5, 1);
        CHECK(said.invisible.error_at_start() == (may_be_lost ? -1 : 0));
    }
}

TEST_CASE("labels that may all have been lost may all have been heard") {
    Said said;
    said.labels(0, 3, 1, false, true);
    CHECK(said.invisible.error_at_start() == 0);
    said.labels(4, 4, 1, false, true);
    CHECK(said.invisible.error_at_start() == -1);
}

TEST_CASE("what it went by before counts for as long as pulses go on without labels") {
    for (const std::int64_t until : {24, 25}) { // holdover is 10 s, and samples take up to 5
        Said said;
        said.labels(0, 5, 1);
        said.labels(6, 10, 0);
        CHECK(said.invisible.error_at_start() == 0);
        CHECK(said.invisible.error_at_start_before() == -1);
        said.labels(11, until, 0);
        CHECK(said.invisible.error_at_start_before() == -1);
        said.labels(until + 1, until + 1, 0);
        CHECK(said.invisible.error_at_start_before() == (until == 24 ? -1 : 0));
    }
}

TEST_CASE("counting on over a leap second shows only to who has the list") {
    for (const bool list : {false, true}) {
        Said said;
        said.parameters.set(Key::ppsd_leap_list, list ? 0 : 1);
        said.labels(0, 99, 0);
        said.leaps = -1; // inserted
        said.labels(100, 100, 1);
        CHECK(said.invisible.error() == (list ? 0 : -1));
    }
}

TEST_CASE("so does counting on after a label that slipped just there") {
    for (const bool list : {false, true}) {
        Said said;
        said.parameters.set(Key::ppsd_leap_list, list ? 0 : 1);
        said.labels(0, 98, 0);
        said.labels(99, 99, -1);
        CHECK(said.invisible.error() == 0);
        said.leaps = 1; // deleted
        said.labels(100, 100, -1);
        CHECK(said.invisible.error() == (list ? 0 : 1));
        said.labels(101, 101, 0); // a slip the other way
        CHECK(said.invisible.error() == (list ? 0 : 1));
    }
}

TEST_CASE("counting on over a leap second: unseen by who began on labels that were off") {
    // To whom labels are ahead, the listed one is due by so much sooner: that has to be before
    // them.
    for (const int ahead : {16, 4, 3, 0, -1}) {
        const bool seen = ahead == 3 || ahead == 0;
        Said said;
        said.labels(0, 99, 0);
        said.labels(100, 104, ahead);
        CHECK(said.invisible.error_at_start() == -ahead);
        said.leaps = -1; // an inserted one
        said.labels(105, 106, ahead + 1);
        CHECK(said.invisible.error_at_start() == -ahead - (seen ? 0 : 1));
        CHECK(said.invisible.error_at_start_before() == (seen ? 0 : -ahead));
    }
    for (const std::int64_t asleep_until : {100, 101}) { // who wakes after it has seen nothing
        Said said;
        said.labels(0, 99, 0);
        said.labels(100, 104, 3);
        said.invisible.lose_time(asleep_until);
        said.leaps = -1;
        said.labels(105, 106, 4);
        CHECK(said.invisible.error_at_start() == (asleep_until == 101 ? -4 : -3));
    }
    Said few; // too few to begin on
    few.labels(0, 99, 0);
    few.labels(100, 102, 16);
    few.leaps = -1;
    few.labels(103, 103, 17);
    CHECK(few.invisible.error_at_start() == 0);
    few.labels(104, 104, 17); // the fifth of theirs
    CHECK(few.invisible.error_at_start() == -17);
    Said unlisted; // nobody sees it
    unlisted.parameters.set(Key::ppsd_leap_list, 1);
    unlisted.labels(0, 99, -1);
    unlisted.labels(100, 104, 0);
    unlisted.leaps = -1;
    unlisted.labels(105, 105, 1);
    CHECK(unlisted.invisible.error_at_start() == -1);
    CHECK(unlisted.invisible.error() != -1); // which has not lasted
    Said said;                               // it slips by one there, and doesn't count on
    said.labels(0, 99, 0);
    said.labels(100, 104, 16);
    said.labels(105, 106, 17);
    CHECK(said.invisible.error_at_start() == -16);
}

TEST_CASE("who has gone by labels that are ahead for long sees the listed leap second in them") {
    for (const int ahead : {16, -16}) {
        Said said;
        said.labels(0, 99, ahead);
        CHECK(said.invisible.error() == -ahead);
        said.leaps = -1;
        said.labels(100, 158, ahead + 1);
        CHECK(said.invisible.error() == -ahead - (ahead < 0 ? 1 : 0)); // it is yet to come there
        said.labels(159, 159, ahead + 1);
        CHECK(said.invisible.error() == -ahead - 1);
    }
}

TEST_CASE("sentences more than a second late name another pulse, unless the daemon was told") {
    Said said;
    said.delay = 1200ms;
    said.labels(0, 9, 0);
    CHECK(said.invisible.error() == 1);
    Said known;
    known.delay = 1200ms;
    known.parameters.set(Key::ppsd_nmea_delay, 1.2);
    known.labels(0, 9, 0);
    CHECK(known.invisible.error() == 0);
}

TEST_CASE("a late label names a second beyond the leap second that was between") {
    for (const bool list : {false, true}) {
        Said said;
        said.parameters.set(Key::ppsd_leap_list, list ? 0 : 1);
        said.labels(0, 98, 0);
        // Second 99 is 1099; the receiver is early with a deleted second, and says 1100; it comes a
        // second late, and second 100 is 1101 already.
        const auto posix = [](std::int64_t n) { return TrueSecond{UtcSecond::from_posix(n)}; };
        said.invisible.note({99, posix(1099), posix(1101), 1, posix(1101), 1, posix(1100)},
                            said.parameters);
        CHECK(said.invisible.error() == (list ? 0 : 1));
    }
}

TEST_CASE("a receiver that would repeat :59 at an inserted second, but skips one just there") {
    Said said;
    said.parameters.set(Key::ppsd_leap_list, 1);
    said.labels(0, 98, 0); // the last one is 1098
    const auto posix = UtcSecond::from_posix(1099);
    const TrueSecond leap{posix, true};
    said.invisible.note({99, leap, leap, 0, leap, 0, {posix - 1}, 1}, said.parameters);
    CHECK(said.invisible.error() == -1); // it counts on
}

TEST_CASE("counting on over a leap second, a little late: who is locked can't see it either") {
    Said said;
    said.parameters.set(Key::ppsd_leap_list, 1);
    said.labels(0, 89, 0);
    said.usual = 800ms;
    said.delay = 1040ms;
    said.labels(90, 98, 0);
    CHECK(said.invisible.error() == 0);
    said.leaps = 1; // deleted
    said.labels(99, 99, -1);
    CHECK(said.invisible.error() == 1);
}

TEST_CASE("labels that say otherwise for more than five seconds can be seen") {
    Said said;
    said.labels(0, 9, 1);
    CHECK_FALSE(said.invisible.contradicted(-1, 30)); // silence says nothing
    SUBCASE("five seconds, and the sixth") {
        said.labels(10, 11, 0);
        CHECK_FALSE(said.invisible.contradicted(-1, 15));
        CHECK(said.invisible.contradicted(-1, 16));
        said.labels(16, 16, 1);
        CHECK_FALSE(said.invisible.contradicted(-1, 16));
    }
    SUBCASE("not if they were lost") {
        said.labels(10, 60, 0, false);
        CHECK_FALSE(said.invisible.contradicted(-1, 60));
    }
    SUBCASE("late ones don't to who is locked and names their second rightly") {
        said.usual = 800ms;
        said.delay = 1100ms;
        said.labels(10, 60, 1);
        CHECK_FALSE(said.invisible.contradicted(-1, 60));
        CHECK_FALSE(said.invisible.contradicted(0, 60));
        CHECK(said.invisible.contradicted(1, 60));
    }
    SUBCASE("so do labels that have gone on for longer than are kept") {
        said.labels(10, 60, 0);
        CHECK(said.invisible.contradicted(-1, 60));
    }
}

TEST_CASE("late by two seconds, labels that are right now say what was believed to who is locked") {
    for (const bool late_ones : {true, false}) {
        Said said;
        said.labels(0, 99, -2);
        CHECK(said.invisible.error() == 2);
        for (int n = 100; n < 112; ++n) {
            said.delay = late_ones && n % 4 == 3 ? said.usual + 2360ms : said.usual;
            said.labels(n, n, 0);
        }
        CHECK(said.invisible.contradicted(2, 112) == !late_ones);
    }
}

TEST_CASE("where each label may be lost, those that agree may be the only ones that were heard") {
    for (const int heard : {4, 5}) {
        Said said;
        said.labels(0, 9, 0);
        for (int n = 10; n < 10 + 2 * heard; ++n) // every second one is right, and lost
            said.labels(n, n, n % 2 == 0 ? 0 : 1, false, true);
        const bool may_be_believed =
            said.invisible.error_at_start() == -1 || said.invisible.error_at_start_before() == -1;
        CHECK(may_be_believed == (heard == 5));
        said.labels(20, 20, 0); // heard for certain
        said.labels(21, 24, 1, false, true);
        CHECK(said.invisible.error_at_start() == 0);
    }
}
