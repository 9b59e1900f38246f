// Leap seconds: which months end with one, and how TAI counts through them.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ppsd::discipline {

/// What happens at the end of a UTC month: the values of the segment's `leap` field (ntp.h).
enum class Leap : std::uint8_t { none = 0, inserted = 1, deleted = 2 };

/// The first second of the UTC month after the one that t is in.
[[nodiscard]] hal::UtcSecond next_month(hal::UtcSecond t) noexcept;

/// What a list of leap seconds says (pipeline/leap_list.hpp reads one). An empty one knows nothing.
class LeapTable {
  public:
    struct Entry {
        hal::UtcSecond from; ///< the first second with the new difference
        std::int64_t tai_minus_utc;
    };

    /// Nothing if they aren't in order, or not a second more or less at a time.
    [[nodiscard]] static std::optional<LeapTable> of(std::vector<Entry> entries,
                                                     hal::UtcSecond expires);

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

    /// Whether the list has not expired at t.
    [[nodiscard]] bool known_at(hal::UtcSecond t) const noexcept { return t < expires_; }

    /// Whether the list has not expired at the end of the UTC month that t is in.
    [[nodiscard]] bool knows_end_after(hal::UtcSecond t) const noexcept {
        constexpr std::int64_t longest_month = 31 * 86400;
        return known_at(t + longest_month) || known_at(next_month(t) - 1);
    }

    /// What happens at the end of the UTC month that t is in. Never earlier: ntpd acts at the end
    /// of the current month. none too if the list has expired.
    [[nodiscard]] Leap announced_at(hal::UtcSecond t) const noexcept;

    /// Whether it knows of a leap second less than an hour before t, or at most one after:
    /// receivers that learn of one late or act on it early do so by minutes (GPS sends its UTC
    /// parameters every 12.5 minutes: IS-GPS-200, 20.3.3.5.1.6).
    [[nodiscard]] bool leap_near(hal::UtcSecond t) const noexcept;

    /// Seconds counted as TAI does, from 1970-01-01 on, so that a leap second moves nothing: POSIX
    /// seconds plus TAI - UTC. What is before the list's first entry, or in no list, has that of
    /// the nearest one, or 0.
    [[nodiscard]] std::int64_t to_tai(hal::UtcSecond t) const noexcept;

    /// Back again; nothing for an inserted second, which POSIX can't say.
    [[nodiscard]] std::optional<hal::UtcSecond> from_tai(std::int64_t tai) const noexcept;

    [[nodiscard]] hal::UtcSecond expires() const noexcept { return expires_; }

  private:
    std::vector<Entry> entries_;
    hal::UtcSecond expires_ = hal::UtcSecond::from_posix(INT64_MIN);
};

} // namespace ppsd::discipline
