// Whether a receiver's labels advance as time does: the check on the NMEA time, which has no pulse
// to be checked by.
#pragma once

#include "hal/time.hpp"

#include <optional>

namespace ppsd::discipline {

/// Trusts labels once `needed` in a row came a second apart for each second that they name, to
/// 0.4 s. Three in a row that don't begin anew; if they number the seconds otherwise than those
/// that were trusted before, it takes 60: a receiver may err for a while. Seconds are those of
/// CLOCK_MONOTONIC, slewed by up to 83333 ppm.
class LabelTrain {
  public:
    explicit LabelTrain(int needed) : needed_{needed} {}

    /// True if the label fits and enough have.
    [[nodiscard]] bool add(hal::UtcSecond second, hal::MonoTime arrival) noexcept;

    /// An inserted leap second went by: the label after it names the same POSIX second again.
    void leap_second() noexcept;

    /// When second 0 would have arrived, as the last labels have it: their scatter is the
    /// receiver's jitter.
    [[nodiscard]] hal::MonoTime zero() const noexcept { return zero_; }

    /// The labels stopped meaning anything (no fix): what was trusted before is forgotten.
    void restart() noexcept;

  private:
    [[nodiscard]] int needed() const noexcept;

    int needed_;
    int fitting_ = 0;
    int misfits_ = 0;
    hal::MonoTime zero_;
    std::optional<hal::MonoTime> former_zero_; ///< of the numbering that was trusted before
};

} // namespace ppsd::discipline
