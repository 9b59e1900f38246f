// What a scenario says of the simulated daemon's options, as the daemon takes them.
#pragma once

#include "daemon/app/pipeline.hpp"
#include "hal/sim/scenario.hpp"

namespace ppsd::app {

[[nodiscard]] PipelineSettings sim_pipeline_settings(const hal::sim::Scenario& scenario);

/// The leap second that the scenario has, as the list tells it; or an empty table.
[[nodiscard]] discipline::LeapTable sim_leap_table(const hal::sim::Scenario& scenario);

} // namespace ppsd::app
