// A scenario's text to a world. Either an error of one clean line that names a line there is; or a
// world within limits, which printed and parsed again is equal, and which runs.
#include "daemon/simulate/sim_scenario_file.hpp"
#include "hal/error.hpp"
#include "hal/sim/virtual_world.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/memory_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

using fuzz::require;
using namespace ppsd::app;
using namespace hal::sim;

namespace {

bool is_within(const Scenario& scenario, const KeyInfo& key, double value) {
    const bool whole = value >= 0 && value == std::floor(value);
    switch (key.kind) {
    case Kind::word:
        return whole && value <= static_cast<double>(std::ranges::count(key.unit, ' '));
    case Kind::sentences:
        return whole && value < static_cast<double>(scenario.sentence_sets.size());
    case Kind::optional:
        if (value == not_set) return true;
        break;
    case Kind::instant:
    case Kind::number:
        break;
    }
    return value >= key.limits.low && value <= key.limits.high;
}

void check_limits(const Scenario& scenario) {
    constexpr double longest = 1e9;
    for (const KeyInfo& key : key_table)
        require(is_within(scenario, key, scenario.base[Key{key}]), "a key within its limits",
                fmt::format("{} = {}", key.name, scenario.base[Key{key}]));
    for (const TimedFault& fault : scenario.faults) {
        const auto seconds = [](double t) { return t >= 0 && t <= longest; };
        require(seconds(fault.at) && seconds(fault.every) && seconds(fault.length.low) &&
                    seconds(fault.length.high) && fault.length.low <= fault.length.high,
                "a fault's times",
                fmt::format("{} {} {}", fault.at, fault.every, fault.length.high));
        for (const auto& change : fault.changes)
            require(is_within(scenario, info(change.key), change.value.low) &&
                        is_within(scenario, info(change.key), change.value.high),
                    "a fault's value within its limits", std::string{info(change.key).name});
    }
}

void run(const Scenario& scenario) {
    VirtualWorld world{scenario, 1, Level::wire};
    hal::MonoTime before = world.next_at();
    for (int i = 0; i < 2000 && world.truth().current() < 20; ++i) {
        const hal::MonoTime when = world.take().when;
        require(when >= before, "a world's time goes forward",
                fmt::format("{} ns, then {} ns", before.ns(), when.ns()));
        before = when;
    }
}

/// The line that a message "NAME:7: …" names; 0: none.
long line_of(std::string_view message, std::string_view name) {
    long line = 0;
    if (!message.starts_with(name)) return 0;
    message.remove_prefix(name.size());
    const char* const end = message.data() + message.size();
    const auto [stop, error] = std::from_chars(message.data(), end, line);
    return error == std::errc{} && std::string_view{stop, end}.starts_with(": ") ? line : 0;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    try {
        const SimScenario scenario = parse_scenario("x", text);
        check_limits(scenario.world);
        const std::string printed = scenario_text(scenario.world);
        const SimScenario again = parse_scenario("printed", printed);
        require(scenario_text(again.world) == printed, "printed and parsed again it is equal",
                printed);
        run(scenario.world);
    } catch (const hal::UsageError& error) {
        const std::string_view message{error.what()};
        require(fuzz::is_one_clean_line(message), "an error is one clean line",
                std::string{message});
        const auto lines = 1 + std::ranges::count(text, '\n');
        const long line = line_of(message, "x:");
        require(line >= 1 && line <= lines, "an error names its line", std::string{message});
    }
    return 0;
}
