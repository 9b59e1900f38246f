// Board and system, out of the machine's files.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/machine_files.hpp"

namespace ppsd::app {

/// /proc/device-tree (Linux, Documentation/devicetree), or what the firmware of a PC says (DMI).
[[nodiscard]] BoardFacts find_board(const hal::MachineFiles& files);

/// /etc/os-release (os-release(5)) and /proc. SystemFacts::machine is from uname(2).
[[nodiscard]] SystemFacts find_system(const hal::MachineFiles& files);

} // namespace ppsd::app
