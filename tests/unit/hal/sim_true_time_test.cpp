#include "hal/sim/true_time.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {
constexpr std::int64_t july_2026 = 1'782'864'000;
constexpr UtcSecond ten_before = UtcSecond::from_posix(july_2026 - 10);

TrueSecond named(std::int64_t posix, bool leap = false) {
    return {UtcSecond::from_posix(posix), leap};
}
} // namespace

TEST_CASE("without a leap second seconds are counted through") {
    const Numbering numbering{ten_before, LeapSecond::none};
    CHECK(numbering.at(0) == named(july_2026 - 10));
    CHECK(numbering.at(10) == named(july_2026));
    CHECK(numbering.at(1'000'000) == named(july_2026 + 999'990));
    CHECK(numbering.month_end() == UtcSecond::from_posix(july_2026));
}

TEST_CASE("an inserted second is :60, and what follows is one less") {
    const Numbering numbering{ten_before, LeapSecond::inserted};
    CHECK(numbering.leap_index() == 10);
    CHECK(numbering.at(9) == named(july_2026 - 1));
    CHECK(numbering.at(10) == named(july_2026, true));
    CHECK(numbering.at(11) == named(july_2026));
    CHECK(numbering.before_leap(11) == UtcSecond::from_posix(july_2026 + 1));
    CHECK(numbering.after_leap(9) == UtcSecond::from_posix(july_2026 - 2));
}

TEST_CASE("a deleted second is left out") {
    const Numbering numbering{ten_before, LeapSecond::deleted};
    CHECK(numbering.leap_index() == 9);
    CHECK(numbering.at(8) == named(july_2026 - 2));
    CHECK(numbering.at(9) == named(july_2026));
    CHECK(numbering.at(10) == named(july_2026 + 1));
}

TEST_CASE("no number is right for :60") {
    CHECK(seconds_between(named(100), UtcSecond::from_posix(103)) == 3);
    CHECK(seconds_between(named(100), UtcSecond::from_posix(100)) == 0);
    CHECK(seconds_between(named(100, true), UtcSecond::from_posix(100)) == 1);
    CHECK(seconds_between(named(100, true), UtcSecond::from_posix(99)) == -1);
}
