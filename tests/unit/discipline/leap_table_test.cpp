#include "daemon/discipline/leap_table.hpp"
#include "daemon/pipeline/leap_list.hpp"
#include "tests/unit/discipline/leaps.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ppsd::discipline;
using hal::UtcSecond;

namespace {

constexpr std::int64_t december_2016 = 1'480'550'400; // 2016-12-01T00:00:00Z
constexpr std::int64_t january_2017 = 1'483'228'800;  // 2017-01-01T00:00:00Z

const std::string to_2017 = "#@ 3707596800\n"
                            "3644697600 36\n"  // 2015-07-01
                            "3692217600 37\n"; // 2017-01-01

UtcSecond utc(std::int64_t posix) {
    return UtcSecond::from_posix(posix);
}

Leap announced(const std::string& list, std::int64_t posix) {
    return ppsd::app::parse_leap_list(list).value().announced_at(utc(posix));
}

} // namespace

TEST_CASE("announced in the month at whose end it happens, to the second") {
    CHECK(announced(to_2017, december_2016 - 1) == Leap::none);
    CHECK(announced(to_2017, december_2016) == Leap::inserted);
    CHECK(announced(to_2017, january_2017 - 1) == Leap::inserted);
    CHECK(announced(to_2017, january_2017) == Leap::none);
    CHECK(announced(to_2017, january_2017 + 1) == Leap::none);
}

TEST_CASE("the first entry is where the list begins, and no leap second") {
    CHECK(announced(to_2017, 1'435'708'800 - 1) == Leap::none); // 2015-06-30T23:59:59Z
    CHECK(announced(to_2017, 1'435'708'800) == Leap::none);
}

TEST_CASE("one less is a deleted second") {
    const std::string list = "#@ 3707596800\n3644697600 36\n3692217600 35\n";
    CHECK(announced(list, december_2016 - 1) == Leap::none);
    CHECK(announced(list, december_2016) == Leap::deleted);
    CHECK(announced(list, january_2017 - 1) == Leap::deleted);
    CHECK(announced(list, january_2017) == Leap::none);
}

TEST_CASE("an expired list knows nothing") {
    const std::string list =
        "#@ 3691000000\n3644697600 36\n3692217600 37\n"; // 2016-12-17T21:46:40Z
    const std::int64_t expiry = 3'691'000'000 - 2'208'988'800;
    const auto table = ppsd::app::parse_leap_list(list).value();
    CHECK(table.known_at(utc(expiry - 1)));
    CHECK_FALSE(table.known_at(utc(expiry)));
    CHECK(table.announced_at(utc(expiry - 1)) == Leap::inserted);
    CHECK(table.announced_at(utc(expiry)) == Leap::none);
}

TEST_CASE("an empty table knows nothing") {
    const LeapTable table;
    CHECK_FALSE(table.known_at(utc(0)));
    CHECK_FALSE(table.known_at(utc(january_2017)));
    CHECK(table.announced_at(utc(january_2017 - 1)) == Leap::none);
}

TEST_CASE("the next month, over leap years and year ends") {
    CHECK(next_month(utc(1'706'745'600)) == utc(1'709'251'200)); // 2024-02-01: 2024-03-01
    CHECK(next_month(utc(1'709'251'199)) == utc(1'709'251'200)); // its last second
    CHECK(next_month(utc(december_2016)) == utc(january_2017));
    CHECK(next_month(utc(0)) == utc(31 * 86'400));
    CHECK(next_month(utc(-1)) == utc(0));
}

TEST_CASE("near a leap second: less than an hour before its month's end, up to an hour after it") {
    for (const Leap leap : {Leap::inserted, Leap::deleted}) {
        const LeapTable table = table_with(leap);
        const auto near = [&](std::int64_t since) {
            return table.leap_near(UtcSecond::from_posix(july_2025 + since));
        };
        CHECK_FALSE(near(-3601));
        CHECK(near(-3600));
        CHECK(near(0));
        CHECK(near(3599));
        CHECK_FALSE(near(3600));
    }
    CHECK_FALSE(table_with(Leap::none).leap_near(UtcSecond::from_posix(july_2025)));
    CHECK_FALSE(LeapTable{}.leap_near(UtcSecond::from_posix(july_2025)));
}

TEST_CASE("seconds as TAI counts them: an inserted one moves nothing, and has no POSIX name") {
    const LeapTable table = ppsd::app::parse_leap_list(to_2017).value();
    CHECK(table.to_tai(utc(january_2017 - 1)) == january_2017 - 1 + 36);
    CHECK(table.to_tai(utc(january_2017)) == january_2017 + 37);
    CHECK(table.from_tai(january_2017 + 35) == utc(january_2017 - 1));
    CHECK_FALSE(table.from_tai(january_2017 + 36));
    CHECK(table.from_tai(january_2017 + 37) == utc(january_2017));
}

TEST_CASE("over a deleted second TAI goes on by one where POSIX goes on by two") {
    const LeapTable table = table_with(Leap::deleted);
    CHECK(table.to_tai(utc(july_2025 - 2)) == july_2025 - 2 + 10);
    CHECK(table.to_tai(utc(july_2025)) == july_2025 + 9);
    CHECK(table.from_tai(july_2025 + 8) == utc(july_2025 - 2));
    CHECK(table.from_tai(july_2025 + 9) == utc(july_2025));
}

TEST_CASE("the deleted second itself, which nobody should name, is the one after it in TAI") {
    const LeapTable table = table_with(Leap::deleted);
    const auto tai = table.to_tai(utc(july_2025 - 1));
    CHECK(tai == table.to_tai(utc(july_2025)));
    CHECK(table.from_tai(tai) == utc(july_2025));
}

TEST_CASE("there and back is where it began, for each second that there is") {
    for (const Leap leap : {Leap::none, Leap::inserted, Leap::deleted}) {
        const LeapTable table = table_with(leap);
        for (std::int64_t t = july_2025 - 100; t < july_2025 + 100; ++t) {
            if (leap == Leap::deleted && t == july_2025 - 1) continue;
            CHECK(table.from_tai(table.to_tai(utc(t))) == utc(t));
        }
    }
}

TEST_CASE("each second of TAI has at most one name, later ones later") {
    for (const Leap leap : {Leap::none, Leap::inserted, Leap::deleted}) {
        const LeapTable table = table_with(leap);
        UtcSecond last = utc(0);
        int nameless = 0;
        for (std::int64_t tai = july_2025 - 50; tai < july_2025 + 50; ++tai) {
            const auto second = table.from_tai(tai);
            if (!second) {
                ++nameless;
                continue;
            }
            CHECK(*second > last);
            CHECK(table.to_tai(*second) == tai);
            last = *second;
        }
        CHECK(nameless == (leap == Leap::inserted ? 1 : 0));
    }
}

TEST_CASE("before the list's first entry TAI - UTC is that entry's; without a list it is 0") {
    const LeapTable table = ppsd::app::parse_leap_list(to_2017).value();
    constexpr std::int64_t july_2015 = 1'435'708'800;
    for (const std::int64_t t : {std::int64_t{0}, july_2015 - 1, july_2015}) {
        CHECK(table.to_tai(utc(t)) == t + 36);
        CHECK(table.from_tai(t + 36) == utc(t));
    }
    for (const std::int64_t t : {std::int64_t{-1}, std::int64_t{0}, january_2017}) {
        CHECK(LeapTable{}.to_tai(utc(t)) == t);
        CHECK(LeapTable{}.from_tai(t) == utc(t));
    }
}

TEST_CASE("an expired list still counts: what comes after it has the last difference") {
    const LeapTable table = ppsd::app::parse_leap_list(to_2017).value();
    const std::int64_t later = table.expires().posix() + 1'000'000;
    CHECK(table.to_tai(utc(later)) == later + 37);
    CHECK(table.from_tai(later + 37) == utc(later));
}
