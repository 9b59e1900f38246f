#include "daemon/pipeline/receiver_leaps.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/leap_list.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::Leap;
using hal::UtcSecond;
using nmea::LeapWord;

namespace {

constexpr UtcSecond july = UtcSecond::from_posix(1'814'400'000);   // 2027-07-01
constexpr UtcSecond august = UtcSecond::from_posix(1'817'078'400); // 2027-08-01
constexpr UtcSecond now = july - 100 * 86400;
const discipline::LeapTable none;

LeapWord word(int change, std::int64_t in = 0, int count = 18, bool known = true) {
    return {nmea::LeapWitness::ubx_timels, known, count,
            LeapWord::Next{change, std::chrono::seconds{in}}};
}

/// What is said each second, `in` is until that.
struct Fixture {
    /// So often, from `from` on; the table that came at last.
    std::optional<discipline::LeapTable> say(int times, int change, UtcSecond at, UtcSecond from,
                                             const discipline::LeapTable& list, int count = 18,
                                             bool known = true) {
        std::optional<discipline::LeapTable> last;
        for (int i = 0; i < times; ++i)
            if (auto table = leaps.add(word(change, at - (from + i), count, known), from + i, list))
                last = std::move(table);
        return last;
    }

    Capture err;
    Log log{LogLevel::info, true};
    ReceiverLeaps leaps{log};
};

} // namespace

TEST_CASE("without a list what was said for a minute is used, and not a second earlier") {
    Fixture f;
    CHECK_FALSE(f.say(ReceiverLeaps::enough - 1, 1, july, now, none));
    CHECK(f.err.text().empty());
    const auto table = f.say(1, 1, july, now + ReceiverLeaps::enough - 1, none);
    REQUIRE(table);
    CHECK(table->announced_at(july - 1) == Leap::inserted);
    CHECK(table->announced_at(july - 30 * 86400) == Leap::inserted);
    CHECK(table->announced_at(july - 30 * 86400 - 1) == Leap::none);
    CHECK(table->announced_at(july) == Leap::none);
    CHECK_FALSE(table->known_at(july));
    CHECK(table->to_tai(july - 1) - (july - 1).posix() == 37);
    CHECK(table->to_tai(july) - july.posix() == 38);
    CHECK(f.err.text() ==
          "<5>the receiver says that a second is inserted before 2027-07-01T00:00:00Z; there is no "
          "list of leap seconds, so ppsd announces what the receiver says\n");
    CHECK_FALSE(f.say(100, 1, july, now + ReceiverLeaps::enough, *table)); // it is known now
    CHECK(f.err.count("\n") == 1);
}

TEST_CASE("the same where the list ends before that month, and for a second that is left out") {
    Fixture f;
    const auto list =
        leap_list(UtcSecond::from_posix(1'483'228'800) + 31 * 86400, -1, july - 3 * 86400);
    const auto table = f.say(60, -1, july, now, list, 17); // that list ends with TAI - UTC = 36
    REQUIRE(table);
    CHECK(table->announced_at(july - 1) == Leap::deleted);
    CHECK(
        f.err.has("a second is left out before 2027-07-01T00:00:00Z; the list of leap seconds ends "
                  "before that, so ppsd announces what the receiver says"));
}

TEST_CASE("another count than the list's, or the firmware's own, doesn't count") {
    Fixture f;
    const auto list = leap_list(UtcSecond::from_posix(1'483'228'800) + 31 * 86400, 1, july - 86400);
    CHECK_FALSE(f.say(200, 1, july, now, list, 18)); // 38 by the list
    CHECK(f.say(60, 1, july, now, list, 19));
    CHECK_FALSE(f.say(200, 1, july, now, none, 18, false));
}

TEST_CASE("leap seconds are at the end of June or December, half a year ahead at most") {
    const auto says = [](UtcSecond at, UtcSecond from) {
        Fixture f;
        return f.say(60, 1, at, from, none).has_value();
    };
    CHECK(says(july, july - 185 * 86400 - 59));
    CHECK_FALSE(says(july, july - 185 * 86400 - 60));
    CHECK(says(UtcSecond::from_posix(1'830'297'600), now + 150 * 86400)); // 2028-01-01
    CHECK_FALSE(says(august, now));
    CHECK(says(july - 3, now));
    CHECK(says(july + 2, now));
    CHECK(says(july, july - 60));       // the last word: in a second
    CHECK_FALSE(says(july, july - 59)); // now
    CHECK_FALSE(says(july - 4, now));
    CHECK_FALSE(says(july + 3, now));
}

TEST_CASE("one that says different things says nothing") {
    Fixture f;
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(f.say(59, 1, july, now + i * 60, none));
        CHECK_FALSE(f.leaps.add(word(0), now + i * 60 + 59, none));
    }
    CHECK_FALSE(f.leaps.add({}, now, none)); // of the count alone
    CHECK(f.err.text().empty());
}

TEST_CASE("a list that is valid counts: the receiver's other word is a warning, once") {
    Fixture f;
    const auto without = leap_list(UtcSecond::from_posix(1'483'228'800) + 31 * 86400, 1, august);
    CHECK_FALSE(f.say(59, 1, july, now, without));
    CHECK(f.err.text().empty());
    CHECK_FALSE(f.say(100, 1, july, now + 59, without));
    CHECK(
        f.err.text() ==
        "<4>the receiver says that a second is inserted before 2027-07-01T00:00:00Z, and the list "
        "of leap seconds that there is no leap second: ppsd uses the list; compare both with IERS' "
        "Bulletin C\n");
    const auto with = leap_list(july, 1, august);
    CHECK_FALSE(f.say(100, 0, july, july - 200, with));
    CHECK(
        f.err.has("<4>the receiver says that there is no leap second before 2027-07-01T00:00:00Z, "
                  "and the list of leap seconds that a second is inserted: "));
    CHECK(f.err.count("<4>") == 2);
    CHECK_FALSE(f.say(100, -1, july, july - 1000, with));
    CHECK(f.err.count("<4>") == 3);
}

TEST_CASE("where both say the same, nothing is said") {
    Fixture f;
    CHECK_FALSE(f.say(100, 1, july, july - 200, leap_list(july, 1, august)));
    CHECK_FALSE(f.say(100, 0, july, july - 31 * 86400, leap_list(july, 1, august))); // in May
    CHECK(f.err.text().empty());
}

TEST_CASE("a receiver that thinks better of it gets the list back that was before") {
    Fixture f;
    const auto table = f.say(60, 1, july, july - 20 * 86400, none);
    REQUIRE(table);
    CHECK_FALSE(f.say(59, 0, july, july - 10 * 86400, *table));
    const auto back = f.say(1, 0, july, july - 10 * 86400 + 59, *table);
    REQUIRE(back);
    CHECK(back->empty());
    CHECK(f.err.has("<5>the receiver now says that there is no leap second before "
                    "2027-07-01T00:00:00Z"));
    CHECK_FALSE(f.say(100, 0, july, july - 9 * 86400, *back));
}

TEST_CASE("a new list is not taken back") {
    Fixture f;
    REQUIRE(f.say(60, 1, july, july - 20 * 86400, none));
    f.leaps.new_list();
    CHECK_FALSE(f.say(100, 0, july, july - 10 * 86400, leap_list(july, 1, august)));
    CHECK(f.err.count("<4>") == 1);
}
