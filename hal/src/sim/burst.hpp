// What a receiver sends about one second.
#pragma once

#include "hal/time.hpp"
#include "sim/world.hpp"

#include <string>

namespace hal::sim {

/// RMC, GGA, GSA and three GSV of that second, as the settings' faults would have them.
[[nodiscard]] std::string burst(UtcSecond second, const Settings& settings);

} // namespace hal::sim
