// Who keeps the system clock of the simulated machine: somebody else's steps and slews, or one that
// reads our samples as chronyd does, and steers by them.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/sim/random.hpp"
#include "hal/sim/true_time.hpp"

#include <array>
#include <cstddef>

namespace hal::sim {

/// More than ten members: those of both modes.
class NtpDaemon {
  public:
    NtpDaemon(NtpMode mode, Random random) : mode_{mode}, random_{random} {}

    struct Action {
        Nanos step{0};
        double slew_ppm = 0; ///< from now on, frequency correction included
    };

    /// When it next acts.
    [[nodiscard]] TrueTime next() const noexcept { return next_; }
    [[nodiscard]] Action act(TrueTime t, const Parameters& parameters) noexcept;

    /// In the loop: a sample lay in the segment, and says that the clock is ahead by that much.
    void take_sample(Nanos ahead) noexcept;

  private:
    [[nodiscard]] Action disturb(TrueTime t, const Parameters& parameters) noexcept;
    [[nodiscard]] Action steer(TrueTime t, const Parameters& parameters) noexcept;
    [[nodiscard]] double median() noexcept;

    static constexpr std::size_t most = 64;

    NtpMode mode_;
    Random random_;
    TrueTime next_;
    // From outside.
    TrueTime next_step_;
    TrueTime next_slew_;
    TrueTime slew_end_;
    double slew_ppm_ = 0;
    bool begun_ = false;
    // In the loop.
    std::array<double, most> ahead_{}; ///< s, since the last action
    std::size_t samples_ = 0;
    double frequency_ppm_ = 0; ///< the correction that it has learned
    int actions_ = 0;
    TrueTime next_poll_;
};

} // namespace hal::sim
