#include "daemon/discipline/leap_table.hpp"

#include <charconv>

namespace ppsd::discipline {

using hal::UtcSecond;

namespace {

constexpr std::int64_t ntp_to_posix = 2'208'988'800; // 1900-01-01 to 1970-01-01 (RFC 5905)

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

std::optional<std::int64_t> take_number(std::string_view& line) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return std::nullopt;
    line.remove_prefix(start);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc{}) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    return value;
}

UtcSecond next_month(UtcSecond t) {
    using namespace std::chrono;
    const auto day = floor<days>(sys_seconds{seconds{t.posix()}});
    const year_month_day date{day};
    const sys_days next{(date.year() / date.month() + months{1}) / 1};
    return UtcSecond::from_posix(sys_seconds{next}.time_since_epoch().count());
}

} // namespace

std::optional<LeapTable> LeapTable::parse(std::string_view text) {
    LeapTable table;
    bool expiry_seen = false;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        const bool expiry = line.starts_with("#@");
        if (expiry) line.remove_prefix(2);
        if (line.starts_with('#') || line.find_first_not_of(" \t\r") == line.npos) continue;
        const auto when = take_number(line);
        if (!when) return std::nullopt;
        const auto posix = UtcSecond::from_posix(*when - ntp_to_posix);
        if (expiry) {
            table.expires_ = posix;
            expiry_seen = true;
            continue;
        }
        const auto difference = take_number(line);
        const bool in_order = table.entries_.empty() || table.entries_.back().from < posix;
        if (!difference || *difference < 0 || *difference > 1000 || !in_order) return std::nullopt;
        table.entries_.push_back({posix, static_cast<int>(*difference)});
    }
    if (!expiry_seen || table.entries_.empty()) return std::nullopt;
    return table;
}

Leap LeapTable::announced_at(UtcSecond t) const noexcept {
    if (!known_at(t)) return Leap::none;
    const UtcSecond end = next_month(t);
    for (std::size_t i = 1; i < entries_.size(); ++i) {
        if (entries_[i].from != end) continue;
        const int change = entries_[i].tai_minus_utc - entries_[i - 1].tai_minus_utc;
        if (change == 1) return Leap::inserted;
        if (change == -1) return Leap::deleted;
    }
    return Leap::none;
}

} // namespace ppsd::discipline
