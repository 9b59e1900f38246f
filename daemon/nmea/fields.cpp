#include "daemon/nmea/fields.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace ppsd::nmea {
namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, is_digit);
}

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    return value;
}

// ".5" is 500000000: up to nine decimals.
bool read_fraction(std::string_view text, std::int32_t& ns) {
    if (text.empty()) return true;
    const auto decimals = text.substr(1);
    if (text[0] != '.' || decimals.empty() || decimals.size() > 9 || !all_digits(decimals))
        return false;
    ns = number(decimals);
    for (auto places = decimals.size(); places < 9; ++places)
        ns *= 10;
    return true;
}

// Some receivers send no leading zero.
bool one_or_two(std::string_view digits) {
    return digits.size() == 1 || digits.size() == 2;
}

bool exists(int year, int month, int day) {
    using namespace std::chrono;
    return year_month_day{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                          std::chrono::day{static_cast<unsigned>(day)}}
        .ok();
}

} // namespace

Fields::Fields(std::string_view text) noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (count_ < fields_.size()) {
        const auto left = static_cast<std::size_t>(end - at);
        const auto* comma =
            left == 0 ? nullptr : static_cast<const char*>(std::memchr(at, ',', left));
        const char* const stop = comma == nullptr ? end : comma;
        fields_[count_++] = {at, static_cast<std::size_t>(stop - at)};
        if (comma == nullptr) return;
        at = comma + 1;
    }
}

bool read_time(std::string_view field, std::optional<TimeOfDay>& time) noexcept {
    if (field.empty()) return true;
    if (field.size() < 6 || !all_digits(field.substr(0, 6))) return false;
    const int hour = number(field.substr(0, 2));
    const int minute = number(field.substr(2, 2));
    const int second = number(field.substr(4, 2));
    const bool leap = second == 60 && hour == 23 && minute == 59;
    if (hour > 23 || minute > 59 || (second > 59 && !leap)) return false;
    TimeOfDay read{(hour * 60 + minute) * 60 + second, 0};
    if (!read_fraction(field.substr(6), read.ns)) return false;
    time = read;
    return true;
}

bool read_short_date(std::string_view field, std::optional<Date>& date) noexcept {
    if (field.empty()) return true;
    if (field.size() != 6 || !all_digits(field)) return false;
    const Date read{number(field.substr(4)), number(field.substr(2, 2)), number(field.substr(0, 2)),
                    true};
    // 1980 to 2079 has a 29 February every fourth year, 2000 too.
    if (!exists(2000 + read.year, read.month, read.day)) return false;
    if (read.year < 80) date = read;
    return true;
}

bool read_long_date(std::string_view day, std::string_view month, std::string_view year,
                    std::optional<Date>& date) noexcept {
    if (day.empty() && month.empty() && year.empty()) return true;
    if (!one_or_two(day) || !one_or_two(month) || year.size() != 4) return false;
    if (!all_digits(day) || !all_digits(month) || !all_digits(year)) return false;
    const Date read{number(year), number(month), number(day), false};
    // Nanoseconds of int64 end in 2262; no receiver of today means a year near to that.
    if (read.year < 1980 || read.year > 2199 || !exists(read.year, read.month, read.day))
        return false;
    if (read.year >= 2000) date = read;
    return true;
}

} // namespace ppsd::nmea
