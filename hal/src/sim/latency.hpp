// How long after an edge the kernel stamps it, and how long after that the daemon has it.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/sim/random.hpp"
#include "hal/sim/true_time.hpp"

namespace hal::sim {

/// One-sided and heavy-tailed: a least, an exponential on top, seldom a Pareto tail; all of it
/// larger while the machine is under load, which comes in bursts.
class Latency {
  public:
    explicit Latency(Random random) : random_{random} {}

    /// A second has gone by: loads begin and end.
    void advance(TrueTime t, const Parameters& parameters) noexcept;

    /// From edge to stamp.
    [[nodiscard]] Nanos stamp(const Parameters& parameters) noexcept;

    /// From stamp to daemon.
    [[nodiscard]] Nanos wake(const Parameters& parameters) noexcept {
        return Nanos{static_cast<std::int64_t>(parameters["latency.wake"] * 2 * random_.unit())};
    }

    [[nodiscard]] bool loaded() const noexcept { return loaded_; }

  private:
    Random random_;
    bool loaded_ = false;
    TrueTime load_end_;
};

/// Beyond this a stamp is so late that it may be refused: no fault of who misses its second.
[[nodiscard]] Nanos tolerable_latency(const Parameters& parameters) noexcept;

} // namespace hal::sim
