// What is set on this machine.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/machine_files.hpp"

namespace ppsd::app {

/// Reads the files, and asks systemctl where there is one.
[[nodiscard]] ConfiguredFacts find_configured(const hal::MachineFiles& files);

} // namespace ppsd::app
