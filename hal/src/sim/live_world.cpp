#include "sim/live_world.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace hal::sim {
namespace {

// A board without a real-time clock starts in 1970, where no receiver ever was.
constexpr RealTime earliest = RealTime::from_ns(1'767'225'600'000'000'000); // 2026-01-01
constexpr std::int64_t second_ns = 1'000'000'000;

std::int64_t first_second(RealTime at_start) {
    return (std::max(at_start, earliest).ns() + second_ns - 1) / second_ns;
}

Scenario beginning(Scenario scenario, RealTime at_start) {
    scenario.base.set("start", static_cast<double>(first_second(at_start)));
    return scenario;
}

/// From `at_start` to the first second, on a clock that drifts as the scenario says.
Nanos until_first(const Scenario& scenario, RealTime at_start) {
    const std::int64_t ns = first_second(at_start) * second_ns - std::max(at_start, earliest).ns();
    return Nanos{ns + std::llround(static_cast<double>(ns) * scenario.base["clock.drift"] * 1e-6)};
}

} // namespace

LiveWorld::LiveWorld(const std::string& name, LiveScenario live, Clock& clock, MonoTime start)
    : name_{name}, scenario_{beginning(std::move(live.scenario), clock.offset().to_real(start))},
      world_{scenario_, live.seed, Level::wire}, clock_{clock},
      shift_{start + until_first(scenario_, clock.offset().to_real(start)) - world_.next_at()},
      timer_{name} {
    const MonoTime now = clock.now();
    while (to_real(world_.next_at()) < now)
        std::ignore = world_.take();
    timer_.arm(now);
}

} // namespace hal::sim
