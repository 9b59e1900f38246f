#include "daemon/discipline/leap_table.hpp"

#include <charconv>

namespace ppsd::discipline {

using hal::UtcSecond;

namespace {

constexpr std::int64_t ntp_to_posix = 2'208'988'800; // 1900-01-01 to 1970-01-01 (RFC 5905)
constexpr std::int64_t largest = 253'402'300'800 + ntp_to_posix; // the year 10000

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

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
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    const bool whole = line.empty() || is_blank(line.front());
    if (error != std::errc{} || !whole || value < 0 || value > largest) return std::nullopt;
    return value;
}

} // namespace

UtcSecond next_month(UtcSecond t) noexcept {
    using namespace std::chrono;
    const auto day = floor<days>(sys_seconds{seconds{t.posix()}});
    const year_month_day date{day};
    const sys_days next{(date.year() / date.month() + months{1}) / 1};
    return UtcSecond::from_posix(sys_seconds{next}.time_since_epoch().count());
}

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
        if (!difference || !table.can_be_next(posix, *difference)) return std::nullopt;
        table.entries_.push_back({posix, *difference});
    }
    if (!expiry_seen || table.entries_.empty()) return std::nullopt;
    return table;
}

bool LeapTable::can_be_next(UtcSecond from, std::int64_t tai_minus_utc) const noexcept {
    if (entries_.empty()) return true;
    const std::int64_t change = tai_minus_utc - entries_.back().tai_minus_utc;
    return from > entries_.back().from && (change == 1 || change == -1);
}

Leap LeapTable::announced_at(UtcSecond t) const noexcept {
    if (!known_at(t)) return Leap::none;
    const UtcSecond end = next_month(t);
    for (std::size_t i = 1; i < entries_.size(); ++i) {
        if (entries_[i].from != end) continue;
        const bool more = entries_[i].tai_minus_utc > entries_[i - 1].tai_minus_utc;
        return more ? Leap::inserted : Leap::deleted;
    }
    return Leap::none;
}

std::int64_t LeapTable::to_tai(UtcSecond t) const noexcept {
    if (entries_.empty()) return t.posix();
    std::size_t i = entries_.size() - 1;
    while (i > 0 && entries_[i].from > t)
        --i;
    return t.posix() + entries_[i].tai_minus_utc;
}

std::optional<UtcSecond> LeapTable::from_tai(std::int64_t tai) const noexcept {
    if (entries_.empty()) return UtcSecond::from_posix(tai);
    std::size_t i = entries_.size() - 1;
    while (i > 0 && entries_[i].from.posix() + entries_[i].tai_minus_utc > tai)
        --i;
    const auto t = UtcSecond::from_posix(tai - entries_[i].tai_minus_utc);
    const bool inserted = i + 1 < entries_.size() && t >= entries_[i + 1].from;
    return inserted ? std::nullopt : std::optional{t};
}

bool LeapTable::leap_near(UtcSecond t) const noexcept {
    constexpr std::int64_t hour = 3600;
    const UtcSecond month_end = next_month(t - hour);
    return month_end <= t + hour && announced_at(month_end - 1) != Leap::none;
}

} // namespace ppsd::discipline
