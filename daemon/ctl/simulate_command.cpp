#include "daemon/ctl/command.hpp"
#include "daemon/simulate/sim_tables.hpp"
#include "daemon/simulate/simulate.hpp"

namespace ppsd::app {
namespace command::simulate {
namespace {

constexpr std::string_view usage =
    "simulate --scenario FILE|NAME [--with LINE] [--seconds N] [--seed S] [--level L]";

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    parser.add()("scenario", po::value<std::string>()->value_name("FILE|NAME"),
                 "what the world is like (tests/sim/README.md), a name: in tests/sim/scenarios")(
        "drawn", "instead of a scenario: one for each run, drawn from its seed")(
        "with", po::value<std::vector<std::string>>()->value_name("LINE"),
        "a line more of the scenario, such as 'ppsd.poll = auto'; may be given again")(
        "print",
        "only print the scenario")("seconds", po::value<std::int64_t>()->value_name("N"),
                                   "true seconds to simulate, as many runs as it takes (one run)")(
        "seed", po::value<std::uint64_t>()->value_name("S"),
        "of the first run (1)")("level", po::value<std::string>()->value_name("LEVEL"),
                                "wire: bytes; label: what they mean, which is faster (wire)")(
        "json", "print JSON")("record", po::value<std::string>()->value_name("FILE"),
                              "write the runs as ppsd --record does, for ppsctl replay (wire)")(
        "log-level", po::value<std::string>()->value_name("LEVEL"),
        "of the simulated daemon (error)")("keys", "print what a scenario can say, and end");
    if (!parser.parse(arguments, nullptr)) return 0;
    if (parser.has("keys")) return fmt::print("{}", sim_tables()), 0;
    SimulateOptions options;
    options.scenario = parser.get<std::string>("scenario").value_or("");
    options.drawn = parser.has("drawn");
    for (const std::string& line : parser.words("with"))
        options.lines += line + '\n';
    options.print = parser.has("print");
    if (options.scenario.empty() != options.drawn)
        throw hal::UsageError("simulate: either --scenario or --drawn is wanted");
    if (parser.has("seconds"))
        options.seconds = parser.checked<std::int64_t>("seconds", 1, 100'000'000'000, 1);
    options.seed = parser.get<std::uint64_t>("seed").value_or(1);
    const auto level = parser.get<std::string>("level").value_or("wire");
    if (level != "wire" && level != "label")
        throw hal::UsageError(fmt::format("--level {}: wire or label is wanted", level));
    options.level = level == "wire" ? hal::sim::Level::wire : hal::sim::Level::label;
    options.json = parser.has("json");
    options.record = parser.get<std::string>("record").value_or("");
    if (!options.record.empty() && options.level != hal::sim::Level::wire)
        throw hal::UsageError("--record: only --level wire has the bytes that are recorded");
    const auto log_level = parse_log_level(parser.get<std::string>("log-level").value_or("error"));
    if (!log_level)
        throw hal::UsageError("--log-level: error, warning, notice, info or debug is wanted");
    options.log_level = *log_level;
    return run_simulate(options, stdout);
}

} // namespace
} // namespace command::simulate

extern const PpsctlCommand simulate_command{"simulate", command::simulate::usage,
                                            "run the daemon's parts in a simulated world",
                                            command::simulate::run};

} // namespace ppsd::app
