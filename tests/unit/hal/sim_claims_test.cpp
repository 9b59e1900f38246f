#include "hal/src/sim/claims.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr std::int64_t leap_at = 600; // s from the start

/// A minute before midnight of a month's end is second 540.
Parameters world(LeapSecond leap = LeapSecond::none, LeapList list = LeapList::current) {
    constexpr double month_end = 1'782'864'000; // 2026-07-01
    Parameters parameters;
    parameters.set("start", month_end - leap_at);
    parameters.set("leap", static_cast<double>(leap));
    parameters.set("ppsd.leap-list", static_cast<double>(list));
    return parameters;
}

using Errors = std::array<std::int64_t, 5>;

Errors errors_of(const Readings& readings) {
    return {readings[0].error, readings[1].error, readings[2].error, readings[3].error,
            readings[4].error};
}

/// One label each second, as errors; `now` is the second in which the last one came.
struct Said {
    explicit Said(const Parameters& parameters = world()) : claims{parameters} {}

    void pass(std::int64_t seconds) { now += seconds; }
    void labels(int count, std::int64_t error, bool unspoilt = true, bool may_be_lost = false) {
        for (int i = 0; i < count; ++i) {
            pass(1);
            claims.note({{now, error}, unspoilt, may_be_lost, now}, now);
        }
    }
    [[nodiscard]] bool invisible(std::int64_t error) const { return claims.invisible(error, now); }

    Claims claims;
    std::int64_t now = -1;
};

} // namespace

TEST_CASE("claims: from the beginning lock-count labels in a row are enough") {
    Said said;
    said.labels(4, 2);
    CHECK_FALSE(said.invisible(2));
    said.labels(1, 2);
    CHECK(said.invisible(2));
    CHECK_FALSE(said.invisible(1));
    CHECK_FALSE(said.invisible(-2));
}

TEST_CASE("claims: not if an unspoilt label has ever said something else") {
    for (const bool unspoilt : {true, false}) {
        Said said;
        said.labels(1, 2);
        said.labels(1, 0, unspoilt);
        said.labels(4, 2);
        CHECK_FALSE(said.invisible(2)); // the row is broken in either case
        said.labels(1, 2);
        CHECK(said.invisible(2) == !unspoilt);
    }
    Said before;
    before.labels(1, 0);
    before.labels(119, 2);
    CHECK_FALSE(before.invisible(2));
}

TEST_CASE("claims: at any other time it takes 120 in a row") {
    for (const int in_a_row : {119, 120}) {
        Said said;
        said.labels(10, 0);
        said.labels(100, 1);
        said.labels(1, 0, false); // a slip breaks the row, too
        said.labels(in_a_row, 1);
        CHECK(said.invisible(1) == (in_a_row == 120));
    }
}

TEST_CASE("claims: unspoilt labels that say something else for more than five seconds show it") {
    Said said;
    said.labels(10, 1);
    said.labels(6, 0); // the first of them five seconds ago
    CHECK(said.invisible(1));
    said.pass(1);
    CHECK_FALSE(said.invisible(1));
    Said again; // a label that says it once more ends the five seconds
    again.labels(10, 1);
    again.labels(5, 0);
    again.labels(1, 1);
    again.labels(6, 0);
    CHECK(again.invisible(1));
}

TEST_CASE("claims: spoilt labels and silence show nothing") {
    Said said;
    said.labels(10, 1);
    said.pass(3600);
    CHECK(said.invisible(1));
    said.labels(100, 0, false);
    CHECK(said.invisible(1));
}

TEST_CASE("claims: what has been shown needs lock-count labels in a row to be invisible again") {
    Said said;
    said.labels(10, 1);
    said.labels(20, 0);
    said.labels(4, 1);
    CHECK_FALSE(said.invisible(1));
    said.labels(1, 1);
    CHECK(said.invisible(1));
}

TEST_CASE("claims: to say it again, the rest of a burst whose label was lost may help") {
    for (const auto& [error, helps] : {std::pair{0, true}, std::pair{2, false}}) {
        Said said;
        said.labels(200, 1);
        said.labels(10, 0);
        said.labels(1, error, false, true); // its rest comes later, so a second late at the most
        said.labels(1, 1);
        said.labels(1, error, false, true);
        said.labels(1, 1);
        CHECK_FALSE(said.invisible(1));
        said.labels(1, 1);
        CHECK(said.invisible(1) == helps);
        said.labels(2, 1);
        CHECK(said.invisible(1));
    }
    // But what was never believed isn't said by that.
    Said said;
    said.labels(10, 0);
    said.labels(1, 1);
    said.labels(200, 0, false, true);
    said.labels(1, 1);
    CHECK_FALSE(said.invisible(1));
}

TEST_CASE("claims: one that denies it, and then silence, isn't six that deny it") {
    for (const int denials : {1, 5, 6}) {
        Said said;
        said.labels(10, 1);
        said.labels(denials, 0);
        said.pass(60);
        CHECK_FALSE(said.invisible(1));
        said.labels(1, 1);
        CHECK(said.invisible(1) == (denials < 6));
    }
}

TEST_CASE(
    "claims: of labels of one second another point than the whole counts if it is the first") {
    for (const bool first : {true, false}) {
        Said said;
        for (std::int64_t second = 0; second < 5; ++second) {
            CHECK_FALSE(said.invisible(1));
            if (!first) said.labels(1, 1);
            for (int i = 0; i < 9; ++i)
                said.claims.note({{second, 1}, false, true, second, false}, second);
            said.now = second;
        }
        CHECK(said.invisible(1));
    }
}

TEST_CASE(
    "claims: at a month's end that no list knows, 60 in a row that are one off may be a leap") {
    const auto after = [](LeapList list, int before_end, std::int64_t error, int in_a_row) {
        Said said{world(LeapSecond::none, list)};
        said.labels(leap_at - before_end, 1); // 0 is the first
        said.labels(in_a_row, error);
        return said.invisible(error);
    };
    for (const std::int64_t error : {0, 2}) {
        CHECK_FALSE(after(LeapList::missing, 20, error, 59));
        CHECK(after(LeapList::missing, 20, error, 60));
        CHECK_FALSE(after(LeapList::missing, 21, error, 60)); // they began too early
        CHECK_FALSE(after(LeapList::current, 20, error, 60));
    }
    CHECK(after(LeapList::missing, -80, 2, 60));
    CHECK_FALSE(after(LeapList::missing, -81, 2, 60));
    CHECK_FALSE(after(LeapList::missing, 20, 3, 60));
}

TEST_CASE("claims: until 122 in a row have said something else") {
    for (const int in_a_row : {121, 122}) {
        Said said;
        said.labels(10, 1);
        said.labels(in_a_row, 0);
        said.labels(10, 1);
        CHECK(said.invisible(1) == (in_a_row == 121));
    }
    Said differing; // 240 of two that differ: none of them is a numbering
    differing.labels(10, 1);
    for (int i = 0; i < 4; ++i) {
        differing.labels(60, 0);
        differing.labels(60, 3);
    }
    differing.labels(5, 1);
    CHECK(differing.invisible(1));
}

TEST_CASE("claims: the label for an inserted second belongs to each row, whatever it says") {
    for (const int in_all : {119, 120}) {
        Said said{world(LeapSecond::inserted, LeapList::missing)};
        said.labels(leap_at - 60, 0);
        said.labels(60, 2); // now the inserted second
        said.labels(1, 7);
        said.labels(in_all - 61, 2);
        CHECK(said.invisible(2) == (in_all == 120));
    }
}

TEST_CASE("claims: labels that may have been lost belong to a row and break none") {
    Said breaks;
    breaks.labels(2, 1);
    breaks.labels(1, 0, false, true);
    breaks.labels(3, 1);
    CHECK(breaks.invisible(1));
    Said belongs;
    belongs.labels(4, 1);
    belongs.labels(1, 1, false, true);
    CHECK(belongs.invisible(1));
    Said only_heard; // each second one was lost
    for (int i = 0; i < 5; ++i) {
        only_heard.labels(1, 1, false, true);
        only_heard.labels(1, 0, false, true);
    }
    CHECK(only_heard.invisible(1));
}

TEST_CASE("readings: what labels claim in one way of reading them, whatever they do in others") {
    const auto invisible = [](std::vector<Errors> labels, std::int64_t error) {
        ClaimsByReading claims{world()};
        std::int64_t now = 0;
        for (const Errors& errors : labels) {
            ++now;
            claims.note({{}, true, false},
                        {{{now, errors[0]}, {now, errors[1]}, {now, errors[2]}, {now, errors[3]}}},
                        now);
        }
        return claims.invisible(error, now);
    };
    CHECK(invisible(std::vector<Errors>(5, {1, 2, 3, 0}), 0));
    CHECK(invisible(std::vector<Errors>(5, {1, 2, 3, 0}), 1));
    CHECK(invisible(std::vector<Errors>(5, {1, 2, 3, 0}), 2));
    CHECK(invisible(std::vector<Errors>(5, {1, 2, 3, 0}), 3));
    CHECK_FALSE(invisible(std::vector<Errors>(5, {1, 2, 3, 0}), 4));
    const std::vector<Errors> in_turns{
        {1, 2, 3, 0}, {2, 1, 3, 0}, {1, 2, 3, 0}, {2, 1, 3, 0}, {1, 2, 3, 0}};
    CHECK_FALSE(invisible(in_turns, 1));
    CHECK_FALSE(invisible(in_turns, 2));
}

TEST_CASE("readings: what each label says when it is read as it came is said in a row") {
    const Parameters parameters = world();
    const Numbering truth{parameters};
    ClaimsByReading claims{parameters};
    // Two deviations earlier the first says the right second, two later the last one says two more.
    const std::array<Nanos, 3> delays{1005ms, 1025ms, 1985ms};
    std::int64_t said = 0;
    for (int i = 0; i < 2; ++i)
        for (const Nanos delay : delays) {
            CHECK(claims.invisible(1, said + 1) == (said >= 5));
            claims.note({{}, true, false, said},
                        readings_of(truth, said, truth.at(said).posix, delay, parameters),
                        said + 1);
            ++said;
        }
    CHECK_FALSE(claims.invisible(0, said + 1));
    CHECK_FALSE(claims.invisible(2, said + 1));
}

TEST_CASE("claims: counting on over a leap second is invisible if no list knows it") {
    for (const LeapList list : {LeapList::current, LeapList::missing}) {
        Said said{world(LeapSecond::deleted, list)};
        said.labels(leap_at - 1, 0); // up to the last second before it
        CHECK_FALSE(said.invisible(1));
        said.labels(50, 1);
        CHECK(said.invisible(1) == (list == LeapList::missing));
    }
}

TEST_CASE("claims: counting on is invisible before the first label after it, too") {
    for (const LeapList list : {LeapList::current, LeapList::missing}) {
        Said said{world(LeapSecond::deleted, list)};
        said.labels(leap_at - 5, 0);
        said.pass(leap_at - 2 - said.now);
        CHECK_FALSE(said.invisible(1));
        said.pass(1);
        CHECK(said.invisible(1) == (list == LeapList::missing));
        CHECK(said.invisible(0));
    }
}

TEST_CASE("claims: who follows it and who counts on show each other within five seconds") {
    Said said{world(LeapSecond::deleted, LeapList::missing)};
    said.labels(leap_at - 1, 0);
    said.labels(7, 0);
    CHECK_FALSE(said.invisible(1));
    Said off{world(LeapSecond::deleted, LeapList::missing)};
    off.labels(leap_at - 1, 3);
    off.labels(7, 3);
    CHECK(off.invisible(3));
    CHECK_FALSE(off.invisible(4));
}

TEST_CASE("claims: around a listed leap second labels that are off may have moved, or not yet") {
    for (const std::int64_t later : {3600, 3601}) {
        Said said{world(LeapSecond::inserted)};
        said.labels(10, 7);
        CHECK(said.invisible(6)); // within the hour before it
        CHECK(said.invisible(8));
        CHECK_FALSE(said.invisible(9));
        said.labels(static_cast<int>(leap_at + later - said.now), 7);
        CHECK(said.invisible(7));
        CHECK(said.invisible(6) == (later == 3600));
    }
    Said far{world()};
    far.labels(10, 7);
    CHECK_FALSE(far.invisible(6));
}

TEST_CASE("claims: around a listed leap second what was right can't become a second off") {
    for (const std::int64_t later : {3600, 3601}) {
        Said said{world(LeapSecond::inserted)};
        said.labels(leap_at, 0);
        said.labels(static_cast<int>(leap_at + later - said.now), -1);
        CHECK(said.invisible(-1) == (later == 3601));
    }
    Said back{world(LeapSecond::inserted)}; // nor what was off become right
    back.labels(10, 1);
    back.labels(200, 0);
    CHECK_FALSE(back.invisible(1)); // as long as labels deny it
    back.labels(5, 1);
    CHECK(back.invisible(1));
    Said two; // but two, as at any time
    two.labels(leap_at, 0);
    two.labels(120, -2);
    CHECK(two.invisible(-2));
}

TEST_CASE("claims: labels that may have been lost keep nobody from believing others") {
    for (const int heard : {4, 5}) {
        Said said{world(LeapSecond::inserted)};
        said.labels(heard, 0);
        said.labels(20, 0, false, true);
        said.labels(120, -1);
        CHECK(said.invisible(-1) == (heard == 4));
    }
    // A daemon that got a lost one after all, of another error, asks for 120 of the rest.
    for (const int before : {0, 4}) {
        for (const int heard : {119, 120}) {
            Said said{world(LeapSecond::inserted)};
            said.labels(before, 0);
            said.labels(1, 5, true, true);
            said.labels(heard, 0);
            said.labels(120, -1);
            CHECK(said.invisible(-1) == (heard == 119));
        }
    }
    // And who has heard 120 others in a row before that hour believes it no longer.
    for (const int others : {119, 120}) {
        Parameters tomorrow = world(LeapSecond::inserted);
        tomorrow.set("start", tomorrow["start"] - 86400);
        Said said{tomorrow};
        said.labels(5, 0);
        said.labels(60, -1);
        said.labels(1, -3); // no row of 120 that would be believed
        said.labels(others - 61, -1);
        said.pass(86400);
        said.labels(120, -1);
        CHECK(said.invisible(-1) == (others == 120));
    }
    // Nor does one that is late belong to a row for everybody.
    for (const bool unspoilt : {true, false}) {
        Said said{world(LeapSecond::inserted)};
        said.labels(4, 0);
        said.labels(1, 0, unspoilt);
        said.labels(4, 0);
        said.labels(120, -1);
        CHECK(said.invisible(-1) == !unspoilt);
    }
    Said lost{world(LeapSecond::inserted)};
    lost.labels(20, 0, false, true);
    lost.labels(4, -1, false);
    CHECK_FALSE(lost.invisible(-1));
    lost.labels(1, -1, false);
    CHECK(lost.invisible(-1));
}

TEST_CASE("claims: a label that names :60 goes on with a row, and begins none") {
    Said said{world(LeapSecond::inserted)};
    said.claims.note_inserted(said.now);
    said.labels(4, 2);
    CHECK_FALSE(said.invisible(2));
    said.claims.note_inserted(said.now);
    CHECK(said.invisible(2));
    CHECK_FALSE(said.invisible(0));
}

TEST_CASE("claims: a late label of before the deleted second names the pulse after it") {
    Said said{world(LeapSecond::deleted, LeapList::missing)};
    said.labels(leap_at - 2, 1);
    said.pass(1);
    CHECK(said.now == leap_at - 2);
    said.claims.note({{leap_at, 2}, true, false}, said.now);
    CHECK(said.invisible(2));
}

TEST_CASE("claims: the apparent errors of labels that are ahead, or come late") {
    const Parameters usual = world(); // delay 0.12 s
    const Numbering truth{usual};
    const auto errors = [&](Nanos delay, std::int64_t ahead, const Parameters& parameters) {
        return errors_of(readings_of(truth, 100, truth.at(100).posix + ahead, delay, parameters));
    };
    CHECK(errors(150ms, 0, usual) == Errors{0, 0, 0, 0, 0});
    CHECK(errors(150ms, 2, usual) == Errors{-2, -2, -2, -2, -2});
    CHECK(errors(1610ms, 0, usual) == Errors{1, 1, 1, 1, 1});
    CHECK(errors(1630ms, 0, usual) == Errors{1, 1, 1, 2, 2});
    // Within two deviations (10 ms each) of a pulse it may be either's.
    CHECK(errors(979ms, 0, usual) == Errors{0, 0, 0, 1, 1});
    CHECK(errors(981ms, 0, usual) == Errors{0, 0, 1, 1, 1});
    CHECK(errors(999ms, 0, usual) == Errors{0, 0, 1, 1, 1});
    CHECK(errors(1001ms, 0, usual) == Errors{0, 1, 1, 1, 1});
    CHECK(errors(1019ms, 0, usual) == Errors{0, 1, 1, 1, 1});
    CHECK(errors(1021ms, 0, usual) == Errors{1, 1, 1, 1, 1});
    CHECK(errors(-10ms, 0, usual) == Errors{-1, -1, 0, 0, 0});
    Parameters told = usual;
    told.set("nmea.delay", 1.2);
    CHECK(errors(1200ms, 0, told) == Errors{1, 1, 1, 0, 1});
    // Sooner than the next pulse for once: who learned 0.2 s from pulses still means that one.
    CHECK(errors(950ms, 0, told) == Errors{0, 0, 0, 0, 1});
    told.set("ppsd.nmea-delay", 1.2);
    CHECK(errors(1200ms, 0, told) == Errors{0, 0, 0, 0, 0});
    CHECK(errors(1670ms, 0, told) == Errors{0, 0, 0, 0, 0});
    CHECK(errors(1690ms, 0, told) == Errors{0, 0, 1, 0, 0});
    CHECK(errors(1730ms, 0, told) == Errors{1, 1, 1, 1, 1});
}

TEST_CASE("claims: a late label names a second beyond the leap second that was between") {
    const Parameters parameters = world(LeapSecond::deleted);
    const Numbering truth{parameters};
    // A second before the deleted one; to who takes it for the one after that.
    const auto said = truth.at(leap_at - 2).posix;
    const auto readings = readings_of(truth, leap_at - 2, said, 1120ms, parameters);
    CHECK(errors_of(readings) == Errors{2, 2, 2, 2, 2});
    CHECK(readings[0].pulse == leap_at - 1);
}
