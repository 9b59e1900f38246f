#include "daemon/ctl/ppsctl_commands.hpp"

#include "daemon/ctl/feed.hpp"
#include "daemon/ctl/labels.hpp"
#include "daemon/ctl/status_client.hpp"
#include "daemon/ctl/watch.hpp"
#include "daemon/record/replay.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/settings/command_line.hpp"
#include "daemon/settings/config_file.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/settings/recorded_options.hpp"
#include "daemon/simulate/sim_tables.hpp"
#include "daemon/simulate/simulate.hpp"
#include "hal/error.hpp"

#include <array>
#include <climits>
#include <cmath>
#include <fmt/format.h>
#include <sstream>

namespace ppsd::app {

namespace po = boost::program_options;
using hal::UsageError;

namespace {

/// A command's options and what it got; --help is taken care of.
class Parser {
  public:
    explicit Parser(std::string_view usage) : usage_{usage} {}

    po::options_description_easy_init add() { return options_.add_options(); }

    /// What stands alone on the line is the option `positional`'s, if there is one. False: --help
    /// was printed.
    bool parse(const Arguments& arguments, const char* positional) {
        options_.add_options()("help,h", "print this, and end");
        values_ = parse_arguments(arguments, options_, positional);
        if (!values_.contains("help")) return true;
        std::ostringstream text;
        text << "ppsctl " << usage_ << "\n\n" << options_;
        fmt::print("{}", text.str());
        return false;
    }

    [[nodiscard]] std::vector<std::string> words(const char* key) const {
        if (!values_.contains(key)) return {};
        return values_[key].as<std::vector<std::string>>();
    }

    template <class T>
    [[nodiscard]] std::optional<T> get(const char* key) const {
        if (!values_.contains(key)) return std::nullopt;
        return values_[key].as<T>();
    }

    [[nodiscard]] bool has(const char* key) const { return values_.contains(key); }

  private:
    std::string_view usage_;
    po::options_description options_{"Options"};
    po::variables_map values_;
};

ntpdshm::LayoutChoice layout(const std::optional<std::string>& word) {
    const auto choice = ntpdshm::parse_layout_choice(word.value_or("auto"));
    if (!choice)
        throw UsageError(
            fmt::format("shm-layout {}: auto, native, time32 or time64 is wanted", *word));
    return *choice;
}

int unit(const std::string& word) {
    const bool digits = !word.empty() && word.size() <= 3 &&
                        word.find_first_not_of("0123456789") == std::string::npos;
    const int number = digits ? std::stoi(word) : -1;
    if (number < 0 || number > ntpdshm::max_unit)
        throw UsageError(fmt::format("unit {}: 0 to {} is wanted", word, ntpdshm::max_unit));
    return number;
}

constexpr std::string_view watch_usage = "watch [UNIT…] [--count N] [--seconds S]";

int watch(const Arguments& arguments) {
    Parser parser{watch_usage};
    parser.add()("count", po::value<long>()->value_name("N"), "end after N samples")(
        "seconds", po::value<double>()->value_name("S"), "end after S seconds")(
        "shm-layout", po::value<std::string>()->value_name("LAYOUT"),
        "auto, native, time32 or time64: how to read it (auto: as its size says)");
    if (!parser.parse(arguments, "unit")) return 0;
    WatchOptions options;
    for (const auto& word : parser.words("unit"))
        options.units.push_back(unit(word));
    options.count = parser.get<long>("count");
    options.seconds = parser.get<double>("seconds");
    options.layout = layout(parser.get<std::string>("shm-layout"));
    if (options.count && *options.count < 1) throw UsageError("--count: 1 or more is wanted");
    return run_watch(options, stdout, stderr);
}

constexpr std::string_view labels_usage = "labels [--not-before DATE] [--verbose] FILE";

int labels(const Arguments& arguments) {
    Parser parser{labels_usage};
    parser.add()("not-before", po::value<std::string>()->value_name("DATE"),
                 "YYYY-MM-DD: no date is earlier; later by 1024 weeks or a century if it says so "
                 "(the build date)")("verbose,v", "say on stderr what was not used and why");
    if (!parser.parse(arguments, "file")) return 0;
    const auto files = parser.words("file");
    if (files.size() != 1) throw UsageError("labels: one FILE is wanted, or - for standard input");
    const auto date = parser.get<std::string>("not-before");
    const auto not_before = date ? parse_date(*date) : build_date();
    if (!not_before) throw UsageError(fmt::format("not-before {}: YYYY-MM-DD is wanted", *date));
    return run_labels({files.front(), *not_before, parser.has("verbose")}, stdout, stderr);
}

constexpr std::string_view feed_usage =
    "feed --unit N --offset S [--count N] [--precision P] [--leap L]";

template <class Number>
Number checked(const Parser& parser, const char* key, Number low, Number high, Number fallback) {
    const Number value = parser.get<Number>(key).value_or(fallback);
    if (!(value >= low && value <= high))
        throw UsageError(fmt::format("--{} {}: {} to {} is wanted", key, value, low, high));
    return value;
}

int feed(const Arguments& arguments) {
    Parser parser{feed_usage};
    parser.add()("unit", po::value<int>()->value_name("N"), "SHM unit, 0 to 255 (2)")(
        "offset", po::value<double>()->value_name("S"),
        "of the fed clock from the system's: -1 is a second behind (0)")(
        "count", po::value<long>()->value_name("N"), "end after N samples")(
        "precision", po::value<int>()->value_name("P"),
        "log2 seconds, -30 to 0 (-20)")("leap", po::value<int>()->value_name("L"),
                                        "0 none, 1 inserted, 2 deleted, 3 not in sync (0)")(
        "shm-layout", po::value<std::string>()->value_name("LAYOUT"),
        "auto, native, time32 or time64 (auto)");
    if (!parser.parse(arguments, nullptr)) return 0;
    constexpr double ten_years = 10 * 366 * 86400.0;
    FeedOptions options;
    options.unit = checked(parser, "unit", 0, ntpdshm::max_unit, 2);
    const double offset = checked(parser, "offset", -ten_years, ten_years, 0.0);
    options.offset = hal::Nanos{std::llround(offset * 1e9)};
    if (parser.has("count")) options.count = checked(parser, "count", 1L, LONG_MAX, 1L);
    options.precision = checked(parser, "precision", -30, 0, -20);
    options.leap = checked(parser, "leap", 0, 3, 0);
    options.layout = layout(parser.get<std::string>("shm-layout"));
    return run_feed(options, stdout);
}

constexpr std::string_view simulate_usage =
    "simulate --scenario FILE|NAME [--seconds N] [--seed S] [--level L]";

int simulate(const Arguments& arguments) {
    Parser parser{simulate_usage};
    parser.add()("scenario", po::value<std::string>()->value_name("FILE|NAME"),
                 "what the world is like (tests/sim/README.md), a name: in tests/sim/scenarios")(
        "drawn", "instead of a scenario: one for each run, drawn from its seed")(
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
    options.print = parser.has("print");
    if (options.scenario.empty() != options.drawn)
        throw UsageError("simulate: either --scenario or --drawn is wanted");
    if (parser.has("seconds"))
        options.seconds = checked<std::int64_t>(parser, "seconds", 1, 100'000'000'000, 1);
    options.seed = parser.get<std::uint64_t>("seed").value_or(1);
    const auto level = parser.get<std::string>("level").value_or("wire");
    if (level != "wire" && level != "label")
        throw UsageError(fmt::format("--level {}: wire or label is wanted", level));
    options.level = level == "wire" ? hal::sim::Level::wire : hal::sim::Level::label;
    options.json = parser.has("json");
    options.record = parser.get<std::string>("record").value_or("");
    if (!options.record.empty() && options.level != hal::sim::Level::wire)
        throw UsageError("--record: only --level wire has the bytes that are recorded");
    const auto log_level = parse_log_level(parser.get<std::string>("log-level").value_or("error"));
    if (!log_level)
        throw UsageError("--log-level: error, warning, notice, info or debug is wanted");
    options.log_level = *log_level;
    return run_simulate(options, stdout);
}

constexpr std::string_view status_usage = "status [NAME] [--json] [--socket PATH]";

int status(const Arguments& arguments) {
    Parser parser{status_usage};
    parser.add()("json", "as ppsd says it: one JSON object")(
        "socket", po::value<std::string>()->value_name("PATH"),
        "ppsd's status-socket, of ppsd@NAME /run/ppsd/NAME/status (/run/ppsd/status)");
    if (!parser.parse(arguments, "name")) return 0;
    const auto names = parser.words("name");
    if (names.size() > 1) throw UsageError("status: one NAME is wanted, or none");
    const std::string name = names.empty() ? "" : names.front();
    if (name.find('/') != std::string::npos)
        throw UsageError(fmt::format("status {}: NAME is an instance's, as in ppsd@NAME; for a "
                                     "path there is --socket",
                                     name));
    const auto path = parser.get<std::string>("socket").value_or(status_socket_of(name));
    return run_status({path, parser.has("json")}, stdout, stderr);
}

constexpr std::string_view replay_usage = "replay [--check] [--json] [--write NEW] [OPTION…] FILE";

int replay(const Arguments& arguments) {
    Parser parser{replay_usage};
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    parser.add()("check", "compare with what went out then; exit code 1 at the first difference")(
        "json", "a line of JSON for each sample")(
        "write", text("NEW"), "write the recording anew, with what goes out now")(
        "log-level", text("LEVEL"), "of ppsd's log on stderr: error to debug (error)")(
        "leap-file", text("PATH"), "leap-seconds.list, instead of the recorded one");
    for (const std::string& key : replay_keys())
        parser.add()(key.c_str(), text("VALUE"), "ppsd's option, instead of the recorded one");
    if (!parser.parse(arguments, "file")) return 0;
    const auto files = parser.words("file");
    if (files.size() != 1)
        throw UsageError("replay: one FILE is wanted, as ppsd --record wrote it");
    ReplayOptions options{files.front(), parser.has("check"), parser.has("json"), {}, {}, {}, {}};
    options.write = parser.get<std::string>("write").value_or("");
    options.leap_file = parser.get<std::string>("leap-file").value_or("");
    const auto level = parser.get<std::string>("log-level").value_or("error");
    if (!parse_log_level(level))
        throw UsageError(fmt::format("log-level {}: error, warning, notice, info or debug", level));
    options.log_level = *parse_log_level(level);
    for (const std::string& key : replay_keys())
        if (const auto value = parser.get<std::string>(key.c_str()))
            options.instead.emplace_back(key, *value);
    return run_replay(options, stdout, stderr);
}

constexpr std::array commands{
    PpsctlCommand{"feed", feed_usage, "publish a clock that is wrong by a known amount", feed},
    PpsctlCommand{"simulate", simulate_usage, "run the daemon's parts in a simulated world",
                  simulate},
    PpsctlCommand{"status", status_usage,
                  "how a running ppsd is; exit code 0: locked, 1: not, 3: "
                  "not running",
                  status},
    PpsctlCommand{"watch", watch_usage, "show the segments' samples as a reader sees them", watch},
    PpsctlCommand{"labels", labels_usage, "print the second labels in a receiver's recording",
                  labels},
    PpsctlCommand{"replay", replay_usage, "run what ppsd --record wrote again, in virtual time",
                  replay},
};

int help() {
    fmt::print("ppsctl: what a person runs beside ppsd\n\n");
    for (const auto& command : commands)
        fmt::print("  ppsctl {:<64} {}\n", command.usage, command.summary);
    fmt::print("\nppsctl COMMAND --help says more; ppsctl --version prints the version.\n");
    return 0;
}

} // namespace

std::span<const PpsctlCommand> ppsctl_commands() noexcept {
    return commands;
}

int run_ppsctl(const Arguments& arguments) {
    if (arguments.empty()) throw UsageError("a command is wanted; see ppsctl --help");
    const std::string& name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help") return help();
    if (name == "--version") return fmt::print("ppsctl {}\n", version()), 0;
    std::vector<std::string> names;
    for (const auto& command : commands) {
        if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
        names.emplace_back(command.name);
    }
    throw UsageError(
        fmt::format("unknown command '{}'{}; see ppsctl --help", name, did_you_mean(name, names)));
}

} // namespace ppsd::app
