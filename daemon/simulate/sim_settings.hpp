// What a scenario says of the simulated daemon's options, as the daemon takes them.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/settings/options.hpp"
#include "hal/sim/scenario.hpp"

#include <string>

namespace ppsd::app {

/// Only those that a recording keeps.
[[nodiscard]] Options sim_options(const hal::sim::Scenario& scenario);

/// The leap second that the scenario has, as a leap-seconds.list tells it; empty: there is none.
[[nodiscard]] std::string sim_leap_list(const hal::sim::Scenario& scenario);
[[nodiscard]] discipline::LeapTable sim_leap_table(const hal::sim::Scenario& scenario);

} // namespace ppsd::app
