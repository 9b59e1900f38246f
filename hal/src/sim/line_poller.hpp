// What a thread that polls the pulses' wire would find.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/sim/keys.hpp"
#include "hal/sim/random.hpp"
#include "hal/sim/true_time.hpp"

#include <optional>

namespace hal::sim {

/// Reads take time, one follows the other, and the level is taken in the middle of each. The thread
/// may be stalled at the edge, by the edge's own interrupt too, and may wake up late.
class LinePoller {
  public:
    struct Interval {
        TrueTime begin; ///< of the last read before the edge
        TrueTime end;   ///< of the first after it
    };

    explicit LinePoller(Random random) : random_{random} {}

    /// How late it wakes up for the next edge.
    [[nodiscard]] Nanos late(const Parameters& parameters) noexcept;

    /// In which it sees an edge at that time.
    [[nodiscard]] Interval see(TrueTime edge, const Parameters& parameters) noexcept;

    /// Whether it was stalled or late since late() was called last: the edge may be missed.
    [[nodiscard]] bool disturbed() const noexcept { return disturbed_; }

  private:
    [[nodiscard]] double read(const Parameters& parameters) noexcept;

    Random random_;
    bool disturbed_ = false;
};

} // namespace hal::sim
