// Whether the world's pulses have shown a daemon that there are some, and what sentences follow.
#pragma once

#include "hal/sim/keys.hpp"

namespace hal::sim {

/// A daemon that has heard two pulses with the labels after them knows that pulses will tell by how
/// much the sentences are late, and waits for it. This says when it must have, whatever it makes of
/// noise: later than it may have.
class PulseLesson {
  public:
    /// What came of a second.
    struct Second {
        bool pulse = false;  ///< one, and nothing else
        bool silent = false; ///< not an edge
        bool label = false;  ///< in time, to a daemon that listens
    };
    void note(const Second& second, const Parameters& parameters) noexcept;

    [[nodiscard]] bool learned() const noexcept { return learned_; }

  private:
    int silent_ = 5;       ///< seconds in a row
    int in_a_row_ = 0;     ///< pulses with their labels
    bool fresh_ = false;   ///< and no edges before them
    bool learned_ = false; ///< for good
};

} // namespace hal::sim
