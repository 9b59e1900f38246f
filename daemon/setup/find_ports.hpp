// Serial ports, and who has them.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/machine_files.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

/// The ports that have hardware behind them: UARTs, USB adapters, USB receivers.
[[nodiscard]] std::vector<PortFacts> find_ports(const hal::MachineFiles& files);

/// One of them, or another device, or a link to either.
[[nodiscard]] PortFacts find_port(const std::string& path, const hal::MachineFiles& files);

/// The processes that have a device open. Of other users' processes only root is told; to others,
/// those count that name the device or a link to it on their command line, and a getty whose
/// service is of that name (proc_pid_cgroup(5)).
[[nodiscard]] std::vector<Holder> holders_of(const std::string& device,
                                             const std::vector<std::string>& links,
                                             const hal::MachineFiles& files);

} // namespace ppsd::app
