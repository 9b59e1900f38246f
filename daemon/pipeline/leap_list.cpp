#include "daemon/pipeline/leap_list.hpp"

#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

namespace ppsd::app {

using discipline::LeapTable;
using hal::UtcSecond;

namespace {

constexpr std::int64_t ntp_to_posix = 2'208'988'800; // 1900-01-01 to 1970-01-01 (RFC 5905)
// Nanoseconds of int64 end in that year.
constexpr std::int64_t year_2262 = 9'214'646'400 + ntp_to_posix;
constexpr std::int64_t largest_difference = 1000; // 37 in 2026, and not two leap seconds a year

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

std::optional<std::int64_t> take_number(std::string_view& line, std::int64_t largest) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return std::nullopt;
    line.remove_prefix(start);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    const bool whole = line.empty() || is_blank(line.front());
    if (error != std::errc{} || !whole || value < 0 || value > largest) return std::nullopt;
    return value;
}

} // namespace

std::optional<LeapTable> parse_leap_list(std::string_view text) {
    std::vector<LeapTable::Entry> entries;
    std::optional<UtcSecond> expires;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        const bool expiry = line.starts_with("#@");
        if (expiry) line.remove_prefix(2);
        if (line.starts_with('#') || line.find_first_not_of(" \t\r") == line.npos) continue;
        const auto when = take_number(line, year_2262);
        if (!when) return std::nullopt;
        const auto posix = UtcSecond::from_posix(*when - ntp_to_posix);
        if (expiry) {
            expires = posix;
            continue;
        }
        const auto difference = take_number(line, largest_difference);
        if (!difference) return std::nullopt;
        entries.push_back({posix, *difference});
    }
    if (!expires || entries.empty()) return std::nullopt;
    return LeapTable::of(std::move(entries), *expires);
}

} // namespace ppsd::app
