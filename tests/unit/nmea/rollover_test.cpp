#include "daemon/nmea/rollover.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace ppsd::nmea;

namespace {

hal::UtcSecond day(int y, unsigned m, unsigned d) {
    using namespace std::chrono;
    const auto days = sys_days{year{y} / month{m} / std::chrono::day{d}}.time_since_epoch();
    return hal::UtcSecond::from_posix(std::int64_t{86400} * days.count());
}

ReceiverDate sent(int y, int m, int d, std::int32_t second = 0) {
    return {.year = y, .month = m, .day = d, .two_digit_year = y < 100, .second_of_day = second};
}

constexpr std::int64_t rollover = std::int64_t{7168} * 86400;

void check(const ReceiverDate& date, hal::UtcSecond not_before, hal::UtcSecond second, int moves) {
    const auto resolved = resolve(date, not_before);
    CHECK(resolved.second.posix() == second.posix());
    CHECK(resolved.rollovers == moves);
}

} // namespace

TEST_CASE("a date that is not before stands as it was sent, to the second") {
    const auto build = day(2025, 11, 22);
    check(sent(2025, 11, 22), build, build, 0);
    check(sent(25, 11, 22), build, build, 0);
    check(sent(2025, 11, 21, 86399), build, build + (rollover - 1), 1);
    check(sent(25, 11, 21, 86399), build, build + (rollover - 1), 1);
    check(sent(2025, 11, 22, 1), build + 1, build + 1, 0);
    check(sent(2025, 11, 22, 0), build + 1, build + rollover, 1);
}

TEST_CASE("1024 weeks take a recording of 2015 to 2034") {
    check(sent(15, 3, 18, 62366), day(2025, 1, 1), day(2034, 11, 1) + 62366, 1);
    check(sent(2015, 3, 18, 62366), day(2025, 1, 1), day(2034, 11, 1) + 62366, 1);
    check(sent(15, 3, 18, 62366), day(2015, 3, 18), day(2015, 3, 18) + 62366, 0);
}

TEST_CASE("receivers past one and two rollovers") {
    check(sent(1999, 8, 22), day(2019, 1, 1), day(2019, 4, 7), 1);
    check(sent(99, 8, 22), day(2019, 1, 1), day(2019, 4, 7), 1);
    check(sent(1999, 8, 22), day(2019, 4, 7), day(2019, 4, 7), 1);
    check(sent(1999, 8, 22), day(2019, 4, 7) + 1, day(2019, 4, 7) + rollover, 2);
    check(sent(1980, 1, 6), day(2019, 1, 1), day(2019, 4, 7), 2);
    check(sent(80, 1, 6), day(2019, 1, 1), day(2019, 4, 7), 2);
    check(sent(80, 1, 6), day(2019, 4, 8), day(2038, 11, 21), 3);
}

TEST_CASE("many rollovers are added in one step") {
    check(sent(1980, 1, 6), day(9999, 12, 31), day(1980, 1, 6) + 409 * rollover, 409);
    check(sent(99, 12, 31), day(9999, 12, 31), day(9999, 12, 31), 0); // centuries, to the last year
}

TEST_CASE("80 is 1980, 79 is 2079") {
    check(sent(80, 1, 6), day(1980, 1, 6), day(1980, 1, 6), 0);
    check(sent(99, 12, 31), day(1999, 1, 1), day(1999, 12, 31), 0);
    check(sent(0, 1, 1), day(1999, 1, 1), day(2000, 1, 1), 0);
    check(sent(79, 12, 31), day(2025, 1, 1), day(2079, 12, 31), 0);
}

TEST_CASE("a healthy receiver in the next century") {
    check(sent(81, 6, 1), day(2070, 1, 1), day(2081, 6, 1), 0);
    check(sent(5, 6, 1), day(2095, 1, 1), day(2105, 6, 1), 0);
    check(sent(5, 6, 1), day(2105, 6, 1), day(2105, 6, 1), 0);
}

TEST_CASE("the century is matched only less than 1024 weeks ahead") {
    const auto match = day(2105, 6, 1);
    check(sent(5, 6, 1), match - (rollover - 1), match, 0);
    const auto resolved = resolve(sent(5, 6, 1), match - rollover);
    CHECK(resolved.rollovers == 5);
    CHECK(resolved.second.posix() == (day(2005, 6, 1) + 5 * rollover).posix());
    CHECK(resolved.second < match);
}

TEST_CASE("29 February") {
    check(sent(24, 2, 29), day(2024, 1, 1), day(2024, 2, 29), 0);
    check(sent(0, 2, 29), day(2000, 1, 1), day(2000, 2, 29), 0);
    check(sent(0, 2, 29), day(2095, 1, 1), day(2000, 2, 29) + 5 * rollover, 5);
    check(sent(0, 2, 28), day(2095, 1, 1), day(2100, 2, 28), 0);
}

TEST_CASE("23:59:60 is the POSIX second of the midnight after it") {
    check(sent(2016, 12, 31, 86400), day(2016, 1, 1), day(2017, 1, 1), 0);
    check(sent(16, 12, 31, 86400), day(2017, 1, 1), day(2017, 1, 1), 0);
}
