// A leap-seconds.list to a table. Either none; or one whose leap seconds are at months' ends, are
// announced up to the month's end, and never once the list has expired.
#include "daemon/discipline/leap_table.hpp"

#include "daemon/pipeline/leap_list.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <chrono>

using fuzz::require;
using hal::UtcSecond;
using namespace ppsd::discipline;

namespace {

constexpr std::int64_t day = 86400;
constexpr std::int64_t year_10000 = 253'402'300'800;

void check(const LeapTable& table, UtcSecond t) {
    const UtcSecond end = next_month(t);
    require(end > t && end - t <= 31 * day && end.posix() % day == 0, "the month's end");
    const auto date =
        std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{end.posix() / day}}};
    require(date.day() == std::chrono::day{1}, "a month begins on its first");
    const Leap leap = table.announced_at(t);
    if (leap == Leap::none) return;
    require(table.known_at(t), "an expired list announces nothing");
    require(table.announced_at(end - 1) == leap || !table.known_at(end - 1),
            "announced up to the month's end");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    std::uint64_t drawn = 0;
    for (int i = 0; i < 5; ++i)
        drawn = drawn << 8U | input.last_byte();
    const auto table = ppsd::app::parse_leap_list(input.text());
    if (!table) return 0;
    const auto t = UtcSecond::from_posix(static_cast<std::int64_t>(drawn % year_10000));
    check(*table, t);
    for (std::int64_t month = 0; month < 24; ++month)
        check(*table, UtcSecond::from_posix(1'483'228'800 + month * 30 * day)); // 2017 on
    return 0;
}
