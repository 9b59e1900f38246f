// What a simulated receiver knows, and which second it says it is.
#pragma once

#include "hal/sim/random.hpp"
#include "hal/sim/scenario.hpp"
#include "hal/sim/true_time.hpp"
#include "sim/burst_text.hpp"

namespace hal::sim {

class Receiver {
  public:
    Receiver(const Numbering& numbering, Random random) : numbering_{numbering}, random_{random} {}

    struct Saying {
        TrueSecond second;
        TrueSecond meant; ///< as it counts, if it doesn't slip for this once
        Certainty certainty = Certainty::nothing;
        bool silent = false;
        bool slip = false; ///< it doesn't go on as it did before, or as UTC does
    };

    /// What it says about a second.
    [[nodiscard]] Saying say(std::int64_t index, const Parameters& parameters) noexcept;

    /// Whether it has a fix at the beginning of that second.
    [[nodiscard]] static bool has_fix(std::int64_t index, const Parameters& parameters) noexcept;

    /// By how many seconds its labels are meant to be ahead of the truth.
    [[nodiscard]] static std::int64_t meant_error(std::int64_t index,
                                                  const Parameters& parameters) noexcept;

  private:
    [[nodiscard]] TrueSecond count(std::int64_t index, const Parameters& parameters) const noexcept;

    const Numbering& numbering_;
    Random random_;
    std::int64_t last_off_ = 0;
};

} // namespace hal::sim
