#include "daemon/nmea/rollover.hpp"

#include <chrono>
#include <optional>

namespace ppsd::nmea {
namespace {

constexpr std::int64_t rollover = std::int64_t{1024} * 7 * 86400;

std::optional<hal::UtcSecond> second_in(int year, const ReceiverDate& date) {
    using namespace std::chrono;
    const year_month_day day{std::chrono::year{year},
                             std::chrono::month{static_cast<unsigned>(date.month)},
                             std::chrono::day{static_cast<unsigned>(date.day)}};
    if (!day.ok()) return std::nullopt;
    const auto since_1970 = sys_days{day}.time_since_epoch();
    return hal::UtcSecond::from_posix(duration_cast<seconds>(since_1970).count() +
                                      date.second_of_day);
}

// GPS time begins in January 1980, so 80 to 99 are of that century at first.
constexpr int first_year(const ReceiverDate& date) {
    if (!date.two_digit_year) return date.year;
    return date.year + (date.year < 80 ? 2000 : 1900);
}

// 29 February misses three centuries out of four: hence more than the next one.
std::optional<hal::UtcSecond> century_match(const ReceiverDate& date, hal::UtcSecond not_before) {
    constexpr int last_year = 9999;
    for (int year = first_year(date); year <= last_year; year += 100) {
        const auto second = second_in(year, date);
        if (second && *second >= not_before) return second;
    }
    return std::nullopt;
}

} // namespace

ResolvedDate resolve(const ReceiverDate& date, hal::UtcSecond not_before) noexcept {
    if (date.two_digit_year) {
        const auto match = century_match(date, not_before);
        if (match && *match - not_before < rollover) return {*match, 0};
    }
    const auto sent = second_in(first_year(date), date).value_or(not_before);
    if (sent >= not_before) return {sent, 0};
    const auto times = (not_before - sent + rollover - 1) / rollover;
    return {sent + times * rollover, static_cast<int>(times)};
}

} // namespace ppsd::nmea
