// The programs that keep the clock, and those that work with receivers.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/machine_files.hpp"

#include <vector>

namespace ppsd::app {

/// Those that are installed or run. Which units a process is attached to, of other users' processes
/// only root is told.
[[nodiscard]] std::vector<ProgramFacts> find_programs(const hal::MachineFiles& files);

} // namespace ppsd::app
