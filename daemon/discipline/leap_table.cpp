#include "daemon/discipline/leap_table.hpp"

#include <cstddef>
#include <utility>

namespace ppsd::discipline {

using hal::UtcSecond;

UtcSecond next_month(UtcSecond t) noexcept {
    using namespace std::chrono;
    const auto day = floor<days>(sys_seconds{seconds{t.posix()}});
    const year_month_day date{day};
    const sys_days next{(date.year() / date.month() + months{1}) / 1};
    return UtcSecond::from_posix(sys_seconds{next}.time_since_epoch().count());
}

std::optional<LeapTable> LeapTable::of(std::vector<Entry> entries, UtcSecond expires) {
    for (std::size_t i = 1; i < entries.size(); ++i) {
        const std::int64_t change = entries[i].tai_minus_utc - entries[i - 1].tai_minus_utc;
        if (entries[i].from <= entries[i - 1].from || (change != 1 && change != -1))
            return std::nullopt;
    }
    LeapTable table;
    table.entries_ = std::move(entries);
    table.expires_ = expires;
    return table;
}

Leap LeapTable::announced_at(UtcSecond t) const noexcept {
    if (!known_at(t) || entries_.empty() || entries_.back().from <= t) return Leap::none;
    const UtcSecond end = next_month(t);
    const std::int64_t more = to_tai(end) - to_tai(end - 1) - 1;
    return more > 0 ? Leap::inserted : more < 0 ? Leap::deleted : Leap::none;
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
    if (entries_.empty() || entries_.back().from < t - hour) return false;
    const UtcSecond month_end = next_month(t - hour);
    return month_end <= t + hour && announced_at(month_end - 1) != Leap::none;
}

} // namespace ppsd::discipline
