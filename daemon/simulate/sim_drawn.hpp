// Scenarios that nobody thought of: parameters and faults drawn from a seed.
#pragma once

#include "hal/sim/scenario.hpp"

#include <cstdint>

namespace ppsd::app {

/// A scenario whose every parameter, and every fault, is drawn: the same for the same seed.
[[nodiscard]] hal::sim::Scenario draw_scenario(std::uint64_t seed);

} // namespace ppsd::app
