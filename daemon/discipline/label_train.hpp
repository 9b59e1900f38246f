// Whether a receiver's labels advance as time does: the check on the NMEA time, which has no pulse
// to be checked by.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "hal/time.hpp"

#include <optional>
#include <utility>

namespace ppsd::discipline {

/// Trusts labels once `needed` in a row came a second apart for each second that they name, to
/// 0.4 s. Three in a row that don't begin anew; if they number the seconds otherwise than those
/// that were trusted before, it takes 60: a receiver may err for a while. Seconds are those of
/// CLOCK_MONOTONIC, slewed by up to 83333 ppm; labels that come ever later by more are misfits.
/// Across a leap second that the table knows, so are those that number the seconds otherwise.
class LabelTrain {
  public:
    explicit LabelTrain(int needed, LeapTable leaps = {})
        : needed_{needed}, leaps_{std::move(leaps)} {}

    /// True if the label fits and enough have. leap_second: it is :60, and second the one after it.
    [[nodiscard]] bool add(hal::UtcSecond second, hal::MonoTime arrival,
                           bool leap_second = false) noexcept;

    /// A newer list.
    void set_leaps(LeapTable leaps) { leaps_ = std::move(leaps); }

    /// An inserted leap second went by: the label after it names the same POSIX second again.
    void leap_second() noexcept;

    /// When second 0 would have arrived, as the last labels have it: their scatter is the
    /// receiver's jitter.
    [[nodiscard]] hal::MonoTime zero() const noexcept { return zero_; }

    /// The labels stopped meaning anything (no fix): begins anew. What was trusted before is
    /// remembered for 300 s.
    void restart() noexcept;

  private:
    [[nodiscard]] int needed() const noexcept;
    [[nodiscard]] hal::Nanos leap_before(hal::UtcSecond second) const noexcept;
    void pass(hal::Nanos leap) noexcept;

    int needed_;
    LeapTable leaps_;
    hal::UtcSecond month_end_; ///< the first second of the month after the last label's
    int fitting_ = 0;
    int misfits_ = 0;
    hal::MonoTime zero_;
    hal::MonoTime last_;                       ///< when the last label came
    std::optional<hal::MonoTime> former_zero_; ///< of the numbering that was trusted before
};

} // namespace ppsd::discipline
