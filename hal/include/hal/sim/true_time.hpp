// True time, and how UTC numbers its seconds.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/time.hpp"

#include <cstdint>

namespace hal::sim {

/// An instant of true time, since the world began.
using TrueTime = Instant<struct TrueTag>;
inline constexpr TrueTime never = TrueTime::from_ns(INT64_MAX);

/// When the world's n-th second begins.
[[nodiscard]] constexpr TrueTime begin_of_index(std::int64_t n) {
    return TrueTime::from_ns(n * 1'000'000'000);
}

/// What UTC calls a second.
struct TrueSecond {
    UtcSecond posix; ///< of an inserted leap second (:60) that of the 00:00:00 after it
    bool leap_second = false;
    friend bool operator==(const TrueSecond&, const TrueSecond&) = default;
};

/// From what a second is to what somebody takes it to be: what he is ahead by. An inserted second
/// stands between its neighbours, so that none of POSIX's numbers is right for it.
[[nodiscard]] constexpr std::int64_t seconds_between(const TrueSecond& truth, UtcSecond taken) {
    const std::int64_t ahead = taken - truth.posix;
    return truth.leap_second && ahead >= 0 ? ahead + 1 : ahead;
}

/// Numbers the world's seconds, with at most one leap second: at the end of the UTC month that
/// holds the first of them.
class Numbering {
  public:
    Numbering(UtcSecond first, LeapSecond leap);
    /// As a world of these begins.
    explicit Numbering(const Parameters& parameters);

    [[nodiscard]] TrueSecond at(std::int64_t index) const noexcept {
        if (index < leap_index_) return {first_ + index, false};
        if (index == leap_index_ && moves_by_ < 0) return {first_ + index, true};
        return {first_ + (index + moves_by_), false};
    }

    /// As one counts who knows of no leap second (before), or has it behind (after).
    [[nodiscard]] UtcSecond before_leap(std::int64_t index) const noexcept {
        return first_ + index;
    }
    [[nodiscard]] UtcSecond after_leap(std::int64_t index) const noexcept {
        return first_ + (index + moves_by_);
    }

    /// The inserted second, or the one after the deleted; far beyond every world if there is none.
    [[nodiscard]] std::int64_t leap_index() const noexcept { return leap_index_; }
    [[nodiscard]] UtcSecond month_end() const noexcept { return month_end_; }

  private:
    UtcSecond first_;
    UtcSecond month_end_;
    std::int64_t leap_index_ = INT64_MAX;
    int moves_by_ = 0; ///< -1 after an inserted second, +1 after a deleted one
};

} // namespace hal::sim
