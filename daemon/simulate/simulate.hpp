// ppsctl simulate: the daemon's own parts in a world with a true time.
#pragma once

#include "daemon/text/log.hpp"
#include "hal/sim/virtual_world.hpp"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace ppsd::app {

struct SimulateOptions {
    std::string scenario; ///< a file, or a name in tests/sim/scenarios
    bool drawn = false;   ///< instead: every parameter is drawn, from the seed of each run
    std::string lines;    ///< more of the scenario, whose values replace its own
    bool print = false;   ///< only prints the scenario
    std::optional<std::int64_t> seconds; ///< true ones, over all runs; nothing: one run
    std::uint64_t seed = 1;              ///< of the first run; the next has the next
    hal::sim::Level level = hal::sim::Level::wire;
    std::string record; ///< empty, or where a flight recorder writes the runs (level wire)
    bool json = false;
    LogLevel log_level = LogLevel::error; ///< of the simulated daemon
};

/// Prints the figures to out; gives 0 if the scenario's limits hold, else 1. Throws
/// hal::UsageError and hal::DeviceError for a scenario that can't be read.
[[nodiscard]] int run_simulate(const SimulateOptions& options, std::FILE* out);

} // namespace ppsd::app
