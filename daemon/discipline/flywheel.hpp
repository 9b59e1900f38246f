// A count of true seconds that the pulses keep, and that runs on by the board's oscillator.
#pragma once

#include "hal/time.hpp"

#include <chrono>
#include <cstdint>

namespace ppsd::discipline {

/// A time of the flywheel: true seconds from an arbitrary one on; pulses come at the whole ones.
using WheelTime = hal::Instant<struct WheelTag>;

/// The whole second nearest to it.
[[nodiscard]] constexpr std::int64_t nearest_second(hal::Nanos d) {
    return std::chrono::floor<std::chrono::seconds>(d + std::chrono::milliseconds{500}).count();
}

/// The straight line through the last pulses, by an alpha-beta filter whose memory grows to 32 of
/// them (then it is least squares' of as many; Kalata 1984): phase, rate, and how far pulses
/// scatter about it. Before there is a pulse it runs at the oscillator's own rate, from 0 on.
/// A crystal is off by 500 ppm at the worst; once pulses have told its rate, by what their scatter
/// hides of it, and 20 ppm for temperature.
class Flywheel {
  public:
    [[nodiscard]] WheelTime at(hal::OscTime t) const noexcept;

    /// How far a second may be from where it is expected, without the pulses' scatter: grows with
    /// the time since the last pulse.
    [[nodiscard]] hal::Nanos drift(hal::OscTime t) const noexcept { return drift_over(t - osc_); }

    /// How much that is over so long.
    [[nodiscard]] hal::Nanos drift_over(hal::Nanos length) const noexcept;

    /// Whether the phase is known: there have been pulses, and drift() is below 250 ms.
    [[nodiscard]] bool phased(hal::OscTime t) const noexcept {
        return pulses_ > 0 && drift(t) < std::chrono::milliseconds{250};
    }

    /// The largest error that scatter explains: beyond it the interrupt was late, or it is noise.
    [[nodiscard]] hal::Nanos scatter_limit() const noexcept { return far_more * scatter_ + least; }

    /// Pulses that follow each other: sets the phase, and the rate anew, by the first and the last
    /// of them, `seconds` apart. error: how far one of them was from where it should be.
    /// Returns by how much all times of the wheel have moved: half a second at most.
    hal::Nanos begin(hal::OscTime first, hal::OscTime last, std::int64_t seconds,
                     hal::Nanos error) noexcept;

    /// A pulse: moves phase and rate. Returns by how much it has moved the time of now.
    hal::Nanos follow(hal::OscTime pulse) noexcept;

    /// A pulse that came so far from where it was expected; of one whose time isn't used, all.
    void learn_scatter(hal::Nanos error) noexcept;

    /// Sets the phase by one pulse. Corrects the rate as well if drift() explains the error.
    /// Returns by how much the time has moved.
    hal::Nanos jump(hal::OscTime pulse) noexcept;

    /// The mean distance of the pulses from where they were expected.
    [[nodiscard]] hal::Nanos scatter() const noexcept { return scatter_; }

    /// Oscillator seconds in a true second, less 1: positive if the oscillator is fast.
    [[nodiscard]] double rate() const noexcept { return rate_; }

  private:
    static constexpr int far_more = 12;
    static constexpr hal::Nanos least{5000}; ///< what an interrupt varies by on any board

    [[nodiscard]] double rate_error() const noexcept;
    hal::Nanos set_phase(hal::OscTime pulse) noexcept;
    void teach_rate(hal::Nanos error, double share, hal::OscTime pulse) noexcept;

    hal::OscTime osc_;      ///< of the last pulse
    WheelTime wheel_;       ///< and that on the flywheel
    double rate_ = 0;       ///< oscillator seconds in a true one, less 1
    hal::Nanos scatter_{0}; ///< mean of the distances
    int pulses_ = 0;        ///< in the filter, to 32
};

} // namespace ppsd::discipline
