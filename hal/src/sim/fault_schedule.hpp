// Which faults are on when, and what the parameters are then.
#pragma once

#include "hal/sim/random.hpp"
#include "hal/sim/scenario.hpp"
#include "hal/sim/true_time.hpp"

#include <vector>

namespace hal::sim {

class FaultSchedule {
  public:
    /// The scenario must outlive it.
    FaultSchedule(const Scenario& scenario, Random random);

    /// When advance() next has something to do.
    [[nodiscard]] TrueTime next_change() const noexcept { return next_change_; }

    /// Begins and ends what is due at t.
    void advance(TrueTime t);

    /// As they are now.
    [[nodiscard]] const Parameters& parameters() const noexcept { return current_; }

    /// Whether there is one for which seconds may be missed: not of those that only slew or step
    /// the clock.
    [[nodiscard]] bool any_active() const noexcept { return any_active_; }

    /// What a fault that began at the last advance() set this key to, once: for steps. Else 0.
    [[nodiscard]] double take_impulse(Key key) noexcept;

  private:
    struct Running {
        const TimedFault* fault;
        TrueTime begin; ///< the next one's, or of the one that is on
        TrueTime end;
        bool active = false;
        std::vector<double> values; ///< of its changes, while it is on
    };

    void begin(Running& running);
    void end(Running& running);
    void apply() noexcept;

    const Scenario& scenario_;
    Random random_;
    std::vector<Running> running_;
    Parameters current_;
    Parameters impulses_; ///< as of the faults that just began
    TrueTime next_change_;
    bool any_active_ = false;
};

} // namespace hal::sim
