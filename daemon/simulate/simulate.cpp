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
    if (!options.drawn) return read_scenario(options.scenario);
    SimScenario drawn;
    drawn.name = "drawn";
    drawn.world = draw_scenario(seed);
    return drawn;
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
        const auto length = static_cast<std::int64_t>(scenario.world.base[Key::length]);
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

std::string sim_keys_table() {
    std::string text;
    for (const NamedFault& fault : named_faults()) {
        const KeyInfo& key = info(fault.key);
        const auto value = key.kind == Kind::word ? std::string{fault.value == 0 ? "no" : "yes"}
                                                  : fmt::format("{:g}", fault.value);
        text += fmt::format("| `{}` | `{} = {}` |\n", fault.name, key.name, value);
    }
    text += "\n| limit | holds if not set | |\n|---|---|---|\n";
    for (const SimLimit& limit : sim_limits())
        text += fmt::format("| `{}` | {} | {}: at {} |\n", limit.name,
                            limit.fallback ? fmt::format("{:g}", *limit.fallback) : "",
                            limit.meaning, limit.least ? "least" : "most");
    text += "\n| key | unit | default | |\n|---|---|---|---|\n";
    for (const KeyInfo& key : keys()) {
        const bool words = key.kind == Kind::word;
        text += fmt::format("| `{}` | {} | `{}` | {}{}{} |\n", key.name, words ? "" : key.unit,
                            key.fallback, key.meaning, words ? ": " : "", words ? key.unit : "");
    }
    return text;
}

} // namespace ppsd::app
