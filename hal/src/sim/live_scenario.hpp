// What `sim:KEY=VALUE,…` says of the simulated receiver, as a scenario of the virtual world.
#pragma once

#include "hal/sim/scenario.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal::sim {

struct LiveScenario {
    Scenario scenario;
    std::uint64_t seed = 1;
};

/// "drift=20,delay=0.12,jitter=1000,width=0.1,polarity=falling,seed=7,fault=no-fix+garbage": a
/// receiver with a fix, whose stamps and delays don't scatter beyond that, beside an oscillator
/// that only drifts. hal/README.md has the keys. name: what the user wrote in full. Throws
/// UsageError naming the key.
[[nodiscard]] LiveScenario parse_live_scenario(const std::string& name, std::string_view text);

} // namespace hal::sim
