#include "daemon/pipeline/leap_list.hpp"
#include "tests/unit/discipline/receiver.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr int replace_count = Numbering::replace_count;
constexpr int month_end = replace_count / 2; // labels that tell what no list knows

/// Pulse 0 is 00:00:00, or :60 where one is inserted, or it is deleted and -1 is.
Receiver locked(LeapTable table = {}) {
    auto receiver = before_july(0, std::move(table));
    receiver.run(-100, -10); // more than a line has votes
    return receiver;
}

/// What pulse n truly is; nothing for :60.
std::optional<UtcSecond> truth(std::int64_t n, Leap leap) {
    const auto july = UtcSecond::from_posix(july_2025);
    if (leap == Leap::inserted) {
        if (n == 0) return std::nullopt;
        return n < 0 ? july + n : july + n - 1;
    }
    if (leap == Leap::deleted) return n < -1 ? july + n : july + n + 1;
    return july + n;
}

/// By how much labels are then ahead of a count that knows of no leap second.
std::int64_t ahead(std::int64_t n, Leap leap) {
    return truth(n, leap).value_or(UtcSecond::from_posix(july_2025)) -
           (UtcSecond::from_posix(july_2025) + n);
}

/// All that is handed over until long after label n is the truth; how much it is.
int check_all(Receiver& receiver, std::int64_t n, Leap leap) {
    int handed_over = 0;
    while (const auto pulse = receiver.overdue(n)) {
        const Nanos since = pulse->time - Receiver::stamp(0s).mono;
        CHECK(pulse->second == truth(since / 1s, leap));
        ++handed_over;
    }
    return handed_over;
}

} // namespace

TEST_CASE("leap: a month's end without one is like any other second, with and without a list") {
    for (const bool known : {false, true}) {
        auto receiver = locked(known ? table_with(Leap::none) : LeapTable{});
        for (int n = -9; n < 100; ++n)
            CHECK(receiver.both(n) == truth(n, Leap::none));
    }
}

TEST_CASE(
    "leap: one that the list knows, and the receiver names the seconds right: none is missed") {
    for (const Leap leap : {Leap::inserted, Leap::deleted}) {
        auto receiver = locked(table_with(leap));
        for (int n = -9; n < 100; ++n)
            if (truth(n, leap))
                CHECK(receiver.both(n, ahead(n, leap)) == truth(n, leap));
            else {
                (void)receiver.pulse(n);
                CHECK_FALSE(receiver.overdue(n));
            }
    }
}

TEST_CASE("leap: :60 is never a sample, and no second after it is missed, listed or not") {
    for (const bool known : {false, true}) {
        auto receiver = locked(known ? table_with(Leap::inserted) : LeapTable{});
        receiver.run(-9, -1);
        (void)receiver.pulse(0);
        CHECK(receiver.leap_second(0).verdict == Verdict::leap_second);
        CHECK_FALSE(receiver.overdue(0));
        for (int n = 1; n < 200; ++n)
            CHECK(receiver.both(n, -1) == truth(n, Leap::inserted));
    }
}

TEST_CASE("leap: after a :60 that the list knows 00:00:00 waits for its own label") {
    auto receiver = locked(table_with(Leap::inserted));
    receiver.run(-9, -1);
    (void)receiver.pulse(0);
    (void)receiver.leap_second(0);
    (void)receiver.pulse(1);
    CHECK_FALSE(receiver.take(1, 1ms));
    (void)receiver.label(1, -1);
    CHECK(receiver.take(1)->second == truth(1, Leap::inserted));
}

TEST_CASE("leap: after a :60 that no list knows there is no holdover until a label bears it out") {
    auto receiver = locked();
    receiver.run(-9, -1);
    (void)receiver.pulse(0);
    (void)receiver.leap_second(0);
    for (int n = 1; n < 4; ++n) {
        (void)receiver.pulse(n);
        CHECK_FALSE(receiver.overdue(n));
    }
    CHECK(receiver.both(4, -1) == truth(4, Leap::inserted));
    (void)receiver.pulse(5);
    CHECK(check_all(receiver, 5, Leap::inserted) == 1);
}

TEST_CASE("leap: a :60 that isn't at a month's end moves nothing, and is no sample") {
    Receiver receiver;
    receiver.lock();
    (void)receiver.pulse(0);
    CHECK(receiver.leap_second(0).verdict == Verdict::leap_second);
    CHECK(receiver.both(1) == receiver.zero + 1);
}

TEST_CASE("leap: a :60 where the list knows of none moves nothing") {
    auto receiver = locked(table_with(Leap::none));
    receiver.run(-9, -1);
    (void)receiver.pulse(0);
    CHECK(receiver.leap_second(0).verdict == Verdict::leap_second);
    CHECK(receiver.both(1) == truth(1, Leap::none));
}

TEST_CASE("leap: a :60 of a receiver that is off by then moves nothing") {
    auto receiver = locked();
    receiver.run(-9, -2);
    (void)receiver.pulse(-1);
    (void)receiver.label(-1, 5);
    (void)receiver.pulse(0);
    Label label = receiver.label_of(5, receiver.delay); // five seconds early
    label.arrival = Receiver::stamp(receiver.delay);
    label.leap_second = true;
    (void)receiver.give(label);
    int handed_over = 0;
    for (int n = 1; n < 200; ++n)
        if (const auto second = receiver.both(n)) {
            CHECK(second == truth(n, Leap::none));
            ++handed_over;
        }
    CHECK(handed_over > 50);
}

TEST_CASE(
    "leap: holdover goes over one that is listed, and stops before a month's end that isn't") {
    for (const Leap leap : {Leap::none, Leap::inserted, Leap::deleted}) {
        auto receiver = before_july(0, table_with(leap));
        receiver.run(-60, -5);
        int handed_over = 0;
        for (int n = -4; n < 10; ++n) {
            (void)receiver.pulse(n);
            handed_over += check_all(receiver, n, leap);
        }
        CHECK(handed_over == (leap == Leap::inserted ? 9 : 10));
    }
    auto receiver = before_july(0);
    receiver.run(-60, -5);
    int handed_over = 0;
    for (int n = -4; n < 10; ++n) {
        (void)receiver.pulse(n);
        const auto pulse = receiver.overdue(n);
        if (!pulse) continue;
        ++handed_over;
        CHECK(pulse->second < UtcSecond::from_posix(july_2025) - 1); // which may be deleted
    }
    CHECK(handed_over == 3);
}

constexpr int hour = 3600; // beside a leap second: none is believed once 120 said otherwise

TEST_CASE("leap: late with one that is listed: silence, or right, until the receiver is") {
    for (const Leap leap : {Leap::inserted, Leap::deleted})
        for (const int late : {1, 2, 40, 1000, 3000}) {
            auto receiver = locked(table_with(leap));
            for (int n = -9; n < (leap == Leap::inserted ? 0 : -1); ++n)
                (void)receiver.both(n);
            const int from = leap == Leap::inserted ? 1 : -1;
            for (int n = from; n < from + late; ++n)
                if (const auto second = receiver.both(n)) // counts on
                    CHECK(second == truth(n, leap));
            int silent = 0;
            int n = from + late;
            while (!receiver.both(n, ahead(n, leap))) {
                ++n;
                REQUIRE(++silent < (late < replace_count ? 5 : hour - late + replace_count + 5));
            }
            CHECK(receiver.both(n + 1, ahead(n + 1, leap)) == truth(n + 1, leap));
        }
}

TEST_CASE("leap: early with one that is listed, by up to an hour: silence until it is there") {
    for (const Leap leap : {Leap::inserted, Leap::deleted})
        for (const int early : {1, 2, 40, 200, 3000}) {
            auto receiver = before_july(0, table_with(leap));
            const int end = leap == Leap::inserted ? 0 : -1;
            receiver.run(end - early - 100, end - early - 1);
            for (int n = end - early; n < end; ++n)
                CHECK_FALSE(receiver.both(n, leap == Leap::inserted ? -1 : 1));
            const int proven = end + replace_count + (early < replace_count ? 0 : hour + 5);
            for (int n = end; n < proven; ++n)
                if (const auto second = receiver.both(n, ahead(n, leap)))
                    CHECK(second == truth(n, leap));
            CHECK(receiver.both(proven, ahead(proven, leap)) == truth(proven, leap));
        }
}

TEST_CASE("leap: :59 twice, or 00:00:00 twice, in the place of :60: one mismatch at the most") {
    for (const int ahead_at_0 : {-1, 0}) {
        auto receiver = locked(table_with(Leap::inserted));
        receiver.run(-9, -1);
        CHECK_FALSE(receiver.both(0, ahead_at_0));
        (void)receiver.both(1, -1);
        for (int n = 2; n < 20; ++n)
            CHECK(receiver.both(n, -1) == truth(n, Leap::inserted));
    }
}

TEST_CASE("leap: a deleted second that is named all the same is no sample") {
    auto receiver = locked(table_with(Leap::deleted));
    receiver.run(-9, -2);
    (void)receiver.both(-1); // 23:59:59
    for (int n = 0; n < 20; ++n)
        if (const auto second = receiver.both(n, 1)) CHECK(second == truth(n, Leap::deleted));
    CHECK(receiver.both(20, 1) == truth(20, Leap::deleted));
}

TEST_CASE("leap: one that no list knows, and no :60: silence for a minute of labels, then right") {
    for (const Leap leap : {Leap::inserted, Leap::deleted}) {
        auto receiver = locked();
        const int end = leap == Leap::inserted ? 1 : -1;
        for (int n = -9; n < end; ++n)
            if (truth(n, leap))
                CHECK(receiver.both(n) == truth(n, leap));
            else
                (void)receiver.pulse(n); // nothing is heard
        for (int n = end; n < end + month_end - 1; ++n)
            CHECK_FALSE(receiver.both(n, ahead(n, leap)));
        CHECK(receiver.both(end + month_end - 1, ahead(100, leap)) ==
              truth(end + month_end - 1, leap));
        for (int n = end + month_end; n < 200; ++n)
            CHECK(receiver.both(n, ahead(n, leap)) == truth(n, leap));
    }
}

TEST_CASE("leap: an error of one at a month's end that no list knows is never followed at once") {
    for (const std::int64_t error : {-1, 1})
        for (const int labels : {1, 5, month_end - 1}) {
            auto receiver = locked();
            receiver.run(-9, -1);
            for (int n = 0; n < labels; ++n)
                CHECK_FALSE(receiver.both(n, error));
            for (int n = labels; n < labels + month_end - 1; ++n)
                CHECK_FALSE(receiver.both(n) != std::nullopt);
            CHECK(receiver.both(labels + month_end - 1) ==
                  truth(labels + month_end - 1, Leap::none));
        }
}

TEST_CASE("leap: what no list knows may be one from 2 s before a month's end to 59 s after it") {
    for (const int first : {-3, -2, 59, 60}) { // the first second that is named is off by one
        auto receiver = before_july(0);
        int n = first - 1;
        receiver.run(-200, n - 1);
        int labels = 1;
        for (; !receiver.both(n, 1); ++n)
            REQUIRE(++labels < 200);
        CHECK(labels == (first == -3 || first == 60 ? replace_count : month_end));
    }
}

TEST_CASE("leap: a newer list that knows of one in the past changes nothing of what is known") {
    Receiver receiver{{}, table_with(Leap::none)};
    receiver.zero = UtcSecond::from_posix(july_2025) + 86'400;
    receiver.lock();
    for (int n = 0; n < 10; ++n) {
        (void)receiver.pulse(n);
        if (n == 5) receiver.keeper.set_leaps(table_with(Leap::inserted));
        (void)receiver.label(n);
        CHECK(receiver.overdue(n)->second == receiver.zero + n);
    }
}

TEST_CASE("leap: a newer list changes nothing of what is known") {
    constexpr auto other_count = "#@ 4000000000\n2272060800 37\n"; // TAI - UTC is another
    for (const bool known : {false, true}) {
        Receiver receiver{{}, known ? table_with(Leap::none) : LeapTable{}};
        receiver.lock();
        (void)receiver.pulse(0);
        receiver.keeper.set_leaps(ppsd::app::parse_leap_list(other_count).value());
        CHECK(receiver.overdue(0)->second == receiver.zero);
        CHECK(receiver.both(1) == receiver.zero + 1);
        receiver.keeper.set_leaps(table_with(Leap::inserted));
        CHECK(receiver.both(2) == receiver.zero + 2);
        receiver.keeper.set_leaps(LeapTable{});
        for (int n = 3; n < 100; ++n)
            CHECK(receiver.both(n) == receiver.zero + n);
    }
}

TEST_CASE("leap: a list with another count, while the last label was off or none is believed yet") {
    for (const bool locked : {false, true}) {
        Receiver receiver;
        if (locked) receiver.lock();
        receiver.run(0, 1);
        (void)receiver.pulse(2);
        (void)receiver.label(2, locked ? 1 : 0);
        receiver.keeper.set_leaps(table_with(Leap::none));
        const int first = locked ? 3 : 4; // one agrees again, or the fifth in a row
        for (int n = 3; n < 100; ++n)
            CHECK(receiver.both(n).has_value() == (n >= first));
        CHECK(receiver.both(100) == receiver.zero + 100);
    }
}

TEST_CASE("leap: a list that knows of one comes between its :60 and the next label") {
    auto receiver = locked();
    receiver.run(-9, -1);
    (void)receiver.pulse(0);
    (void)receiver.leap_second(0);
    receiver.keeper.set_leaps(table_with(Leap::inserted));
    for (int n = 1; n < 200; ++n)
        CHECK(receiver.both(n, -1) == truth(n, Leap::inserted));
}

TEST_CASE("leap: a list that comes in time for one that the old one didn't know") {
    auto receiver = locked();
    receiver.run(-9, -5);
    receiver.keeper.set_leaps(table_with(Leap::inserted));
    for (int n = -4; n < 0; ++n)
        CHECK(receiver.both(n) == truth(n, Leap::inserted));
    (void)receiver.pulse(0);
    CHECK_FALSE(receiver.overdue(0));
    for (int n = 1; n < 20; ++n)
        CHECK(receiver.both(n, -1) == truth(n, Leap::inserted));
}

TEST_CASE("leap: a list that comes while it searches does no harm") {
    Receiver receiver;
    receiver.run(0, 2);
    receiver.keeper.set_leaps(table_with(Leap::none));
    receiver.run(3, 300);
    CHECK(receiver.both(301) == receiver.zero + 301);
}
