// Scenarios as text: tests/sim/README.md has the format.
#pragma once

#include "daemon/simulate/sim_limits.hpp"
#include "hal/sim/scenario.hpp"

#include <string>
#include <string_view>

namespace ppsd::app {

struct SimScenario {
    std::string name;
    hal::sim::Scenario world;
    SimLimits limits;
};

/// Reads the lines into the scenario: what they say replaces what it had. name: for messages.
/// Throws hal::UsageError naming it, the line, and the nearest word that there is, for what can't
/// be read.
void read_lines(SimScenario& scenario, const std::string& name, std::string_view text);

/// A scenario of that name.
[[nodiscard]] SimScenario parse_scenario(const std::string& name, std::string_view text);

/// A file, or the name of one in the next tests/sim/scenarios above the working directory or the
/// program. Throws hal::DeviceError if it can't be read, and as parse_scenario() does.
[[nodiscard]] SimScenario read_scenario(const std::string& file_or_name);

/// What parse_scenario() reads: all that differs from the defaults, without limits.
[[nodiscard]] std::string scenario_text(const hal::sim::Scenario& scenario);

} // namespace ppsd::app
