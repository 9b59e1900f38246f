// All that is to be found, together.
#pragma once

#include "daemon/setup/facts.hpp"
#include "daemon/setup/listen.hpp"
#include "hal/clock.hpp"
#include "hal/machine_files.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

/// Looks and listens, and changes nothing; takes ten seconds, if `options` don't say otherwise.
/// ports: the paths of those to listen to; none: all that could be a receiver's.
[[nodiscard]] Facts find_facts(const hal::MachineFiles& files,
                               const std::vector<std::string>& ports, const ListenOptions& options,
                               hal::Clock& clock);

} // namespace ppsd::app
