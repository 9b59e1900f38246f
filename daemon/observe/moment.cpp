#include "daemon/observe/moment.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace ppsd {
namespace {

/// The number that the text begins with, which is taken away from it.
std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t most = 100'000'000'000; // s: sums don't overflow
    if (end.ec != std::errc{} || value < 0 || value > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()));
    return value;
}

/// The number, and that the mark before it is there.
std::optional<int> field(std::string_view& text, char before, int low, int high) noexcept {
    if (before != '\0') {
        if (!text.starts_with(before)) return std::nullopt;
        text.remove_prefix(1);
    }
    const auto value = take_number(text);
    if (!value || *value < low || *value > high) return std::nullopt;
    return static_cast<int>(*value);
}

std::optional<std::int64_t> ago(std::string_view text) noexcept {
    const auto value = take_number(text);
    constexpr std::int64_t longest = 100LL * 365 * 86400;
    for (const auto& [unit, seconds] :
         {std::pair{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}})
        if (value && text == unit && *value <= longest / seconds) return *value * seconds;
    return std::nullopt;
}

/// Of a day, s; nothing: the text is no time.
std::optional<std::int64_t> time_of_day(std::string_view text) noexcept {
    if (text.empty()) return 0;
    if (text.front() != 'T' && text.front() != ' ') return std::nullopt;
    const auto hour = field(text, text.front(), 0, 23);
    const auto minute = hour ? field(text, ':', 0, 59) : std::nullopt;
    if (!minute) return std::nullopt;
    std::optional<int> second = 0;
    if (text.starts_with(':')) second = field(text, ':', 0, 59);
    if (!second || !(text.empty() || text == "Z")) return std::nullopt;
    return *hour * 3600 + *minute * 60 + *second;
}

std::optional<std::int64_t> date_and_time(std::string_view text) noexcept {
    const auto year = field(text, '\0', 1970, 9999);
    const auto month = year ? field(text, '-', 1, 12) : std::nullopt;
    const auto day = month ? field(text, '-', 1, 31) : std::nullopt;
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    const auto time = time_of_day(text);
    if (!date.ok() || !time) return std::nullopt;
    return std::chrono::sys_days{date}.time_since_epoch().count() * 86400LL + *time;
}

} // namespace

std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t end) noexcept {
    if (text.starts_with('@')) {
        text.remove_prefix(1);
        const auto value = take_number(text);
        return text.empty() ? value : std::nullopt;
    }
    if (const auto length = ago(text)) return end - *length;
    return date_and_time(text);
}

} // namespace ppsd
