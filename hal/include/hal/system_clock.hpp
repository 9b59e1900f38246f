// This machine's clocks.
#pragma once

#include "hal/clock.hpp"
#include "hal/unique_fd.hpp"

namespace hal {

/// Not thread-safe. Works without any privilege: it reads clocks and sets none.
class SystemClock final : public Clock {
  public:
    /// Where the time is read; a test brings its own.
    struct Readings {
        MonoTime (*mono)() noexcept;
        RealTime (*real)() noexcept;
        Nanos (*boot)() noexcept = nullptr; ///< CLOCK_BOOTTIME; nullptr: it never sleeps
        Nanos (*raw)() noexcept = nullptr;  ///< CLOCK_MONOTONIC_RAW; nullptr: not known
        /// Whether CLOCK_REALTIME was set since the last time; nullptr: step_fd() says.
        bool (*was_set)() noexcept = nullptr;
    };

    /// Measures the offset, which takes well under a millisecond where the vDSO reads the clock.
    /// Throws DeviceError if the kernel has no timerfd to give.
    SystemClock();
    explicit SystemClock(Readings readings);

    [[nodiscard]] MonoTime now() noexcept override { return readings_.mono(); }
    [[nodiscard]] ClockOffset offset() noexcept override;
    [[nodiscard]] int step_fd() const noexcept override { return step_timer_.get(); }
    void acknowledge_step() noexcept override;
    [[nodiscard]] Nanos slept() noexcept override;
    /// From a bracket mono/raw/mono, tried again until it is narrow: the two may be apart by half
    /// its width. Takes 0.2 us where the vDSO reads the clocks. Nothing if none is narrow, since
    /// something held us up each time.
    [[nodiscard]] std::optional<Stamp> stamp() noexcept override;
    [[nodiscard]] bool synchronised() noexcept override;
    /// What adjtimex(2) gave and its `status`: whether somebody keeps the clock right.
    [[nodiscard]] static bool means_synchronised(int told, int status) noexcept;

    /// How far the cached offset may be from the true one, to either side.
    [[nodiscard]] Nanos uncertainty() const noexcept { return uncertainty_; }

  private:
    void measure_anew() noexcept;
    [[nodiscard]] bool take_setting() noexcept;
    [[nodiscard]] bool still_true() const noexcept;

    Readings readings_;
    UniqueFd step_timer_;
    ClockOffset cached_;
    Nanos slept_{0};
    Nanos uncertainty_{0};
    /// offset() came before step_fd() in noticing a step, and has begun its generation.
    bool step_noticed_ = false;
};

} // namespace hal
