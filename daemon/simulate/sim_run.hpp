// A simulated world and a daemon in it.
#pragma once

#include "daemon/simulate/sim_figures.hpp"
#include "daemon/text/log.hpp"
#include "hal/sim/scenario.hpp"
#include "hal/sim/virtual_world.hpp"

#include <cstdint>
#include <string>

namespace ppsd::app {

/// Runs the scenario for so many true seconds from power on, with the daemon's own Pipeline (level
/// wire: bytes; level label: what the bytes would say), and adds what came of it to the figures.
/// record: empty, or the file into which a flight recorder writes the run (level wire only).
/// Throws std::logic_error if the daemon asks for a tick in the past: its loop would spin.
void simulate_run(const hal::sim::Scenario& scenario, std::uint64_t seed, hal::sim::Level level,
                  std::int64_t seconds, const Log& log, SimFigures& figures,
                  const std::string& record = {});

} // namespace ppsd::app
