// A simulated world, written down: what it is like, and what goes wrong in it when.
#pragma once

#include "hal/sim/keys.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hal::sim {

/// From `at` on, for `length`, keys have other values. Times are true seconds from the start.
struct TimedFault {
    struct Change {
        Key key;
        Range value; ///< drawn anew each time
    };
    double at = 0;
    double every = 0; ///< mean distance of its returns (drawn from half to one and a half); 0: once
    Range length;
    std::vector<Change> changes;
};

/// What a receiver sends about an epoch, in order.
enum class SentenceType : std::uint8_t { rmc, gga, gns, gll, zda, gsa, gsv, vtg, txt };
using SentenceSet = std::vector<SentenceType>;

/// "RMC"; nothing for a type that isn't simulated.
[[nodiscard]] std::optional<SentenceType> sentence_type(std::string_view name) noexcept;

struct Scenario {
    Parameters base;
    std::vector<TimedFault> faults;
    std::vector<SentenceSet> sentence_sets; ///< the first is the default
    Scenario();
};

} // namespace hal::sim
