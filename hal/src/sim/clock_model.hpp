// The system's clocks in a simulated world.
#pragma once

#include "hal/clock.hpp"
#include "sim/oscillator.hpp"

namespace hal::sim {

/// CLOCK_REALTIME is CLOCK_MONOTONIC plus an offset that steps. As on a real machine a step shows
/// at the next offset(), which begins a new generation. CLOCK_MONOTONIC_RAW is the oscillator's.
class ClockModel final : public Clock {
  public:
    /// The oscillator must outlive it.
    ClockModel(Nanos real_minus_mono, const Oscillator& oscillator)
        : oscillator_{oscillator}, cached_{real_minus_mono, 0}, true_{real_minus_mono} {}

    [[nodiscard]] MonoTime now() noexcept override { return now_; }
    [[nodiscard]] ClockOffset offset() noexcept override;
    [[nodiscard]] int step_fd() const noexcept override { return -1; }
    void acknowledge_step() noexcept override {}
    [[nodiscard]] bool synchronised() noexcept override { return synchronised_; }

    [[nodiscard]] Nanos slept() noexcept override { return slept_; }
    [[nodiscard]] std::optional<Stamp> stamp() noexcept override {
        return Stamp{oscillator_.to_osc(now_), now_};
    }

    /// The machine slept for so long: CLOCK_REALTIME has gone on meanwhile.
    void sleep(Nanos length) noexcept {
        slept_ += length;
        true_ += length;
    }

    void set_now(MonoTime t) noexcept { now_ = t; }
    void synchronise(bool yes) noexcept { synchronised_ = yes; }

    /// REALTIME is set forward by that.
    void step(Nanos by) noexcept { true_ += by; }

    /// The same, right after offset() is next asked for again at one moment: who asks once begins a
    /// turn, who asks again hands over a sample.
    void step_inside(Nanos by) noexcept { inside_ = by; }
    [[nodiscard]] bool will_step_inside() const noexcept { return inside_ != Nanos{0}; }

    /// What it truly is, whoever has noticed.
    [[nodiscard]] Nanos real_minus_mono() const noexcept { return true_; }

  private:
    const Oscillator& oscillator_;
    MonoTime now_;
    ClockOffset cached_;
    Nanos true_;
    Nanos inside_{0};
    std::optional<MonoTime> asked_at_; ///< for the offset, last
    Nanos slept_{0};
    bool synchronised_ = false;
};

} // namespace hal::sim
