// The programs that keep the clock, those that work with receivers, and whoever has a unit.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/machine_files.hpp"

#include <vector>

namespace ppsd::app {

/// Those that are installed or run, and every other process that may write to a unit. Which units a
/// process is attached to, of other users' processes only root is told; units of a container's own
/// don't count.
[[nodiscard]] std::vector<ProgramFacts> find_programs(const hal::MachineFiles& files);

} // namespace ppsd::app
