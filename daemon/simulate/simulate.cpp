#include "daemon/simulate/simulate.hpp"

#include "daemon/simulate/sim_drawn.hpp"
#include "daemon/simulate/sim_report.hpp"
#include "daemon/simulate/sim_run.hpp"
#include "daemon/simulate/sim_scenario_file.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

namespace ppsd::app {

using namespace hal::sim;

namespace {

double cpu_seconds() noexcept {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

SimScenario scenario_for(const SimulateOptions& options, std::uint64_t seed) {
    SimScenario scenario;
    if (options.drawn) {
        scenario.name = "drawn";
        scenario.world = draw_scenario(seed);
    } else {
        scenario = read_scenario(options.scenario);
    }
    read_lines(scenario, "--with", options.lines);
    return scenario;
}

} // namespace

int run_simulate(const SimulateOptions& options, std::FILE* out) {
    SimScenario scenario = scenario_for(options, options.seed);
    if (options.print) {
        fmt::print(out, "{}", scenario_text(scenario.world));
        return 0;
    }
    const Log log{options.log_level, false};
    const double begin = cpu_seconds();
    SimFigures figures;
    std::uint64_t seed = options.seed;
    std::optional<std::int64_t> left = options.seconds;
    do {
        const auto length = static_cast<std::int64_t>(scenario.world.base["length"]);
        const std::int64_t seconds = std::min(left.value_or(length), length);
        simulate_run(scenario.world, seed++, options.level, seconds, log, figures, options.record);
        left = left.value_or(length) - seconds;
        if (options.drawn) scenario = scenario_for(options, seed);
    } while (*left > 0);
    const bool wire = options.level == Level::wire;
    const SimReport report{scenario.name, wire ? "wire" : "label", options.seed,
                           cpu_seconds() - begin, scenario.limits.broken(figures, wire)};
    fmt::print(out, "{}", options.json ? sim_json(report, figures) : sim_text(report, figures));
    return report.broken.empty() ? 0 : 1;
}

} // namespace ppsd::app
