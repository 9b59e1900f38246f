// What was true: when each second began, and whether anything was wrong about it.
#pragma once

#include "hal/sim/true_time.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hal::sim {

/// The last two minutes, second by second.
class Truth {
  public:
    struct Second {
        std::int64_t index = -1;
        TrueSecond utc;
        MonoTime begin;       ///< on CLOCK_MONOTONIC; valid once it has begun
        bool well = false;    ///< no fault, nor within the grace after one: it must not be missed
        bool sampled = false; ///< for the judge to note
    };

    /// It is about to begin.
    void announce(std::int64_t index, TrueSecond utc) noexcept;
    /// It begins.
    void begin(std::int64_t index, MonoTime when) noexcept;

    /// The machine woke up at t, which is `now` on CLOCK_MONOTONIC, after a sleep of that length.
    /// The seconds until then began earlier by what that clock stood still for: so it is for who
    /// reads CLOCK_REALTIME from now on.
    void woke(TrueTime t, MonoTime now, Nanos length) noexcept;

    /// Something is wrong at t: neither the seconds within the grace from t on are well, nor those
    /// before it whose label may not have come yet.
    void disturb(TrueTime t, Nanos grace) noexcept;

    /// That second alone may be missed: one of those that find() gives, or one that comes.
    void excuse(std::int64_t index) noexcept;

    /// The last second that has begun.
    [[nodiscard]] std::int64_t current() const noexcept { return current_; }

    /// One of the last two minutes, else nullptr.
    [[nodiscard]] Second* find(std::int64_t index) noexcept;

    /// The begun second whose beginning is nearest to t; nullptr if that is
    /// more than half a second off, as long as one is on a slewed clock.
    [[nodiscard]] Second* nearest(MonoTime t) noexcept;

  private:
    static constexpr std::size_t kept = 128;

    [[nodiscard]] Second& at(std::int64_t index) noexcept {
        return seconds_[static_cast<std::size_t>(index) % kept];
    }

    std::array<Second, kept> seconds_{};
    std::int64_t current_ = -1;
    std::int64_t excused_ = -1; ///< not announced yet
    TrueTime disturbed_until_ = TrueTime::from_ns(INT64_MIN);
};

} // namespace hal::sim
