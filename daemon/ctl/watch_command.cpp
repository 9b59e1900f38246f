#include "daemon/ctl/command.hpp"
#include "daemon/ctl/watch.hpp"
#include "daemon/outputs/watched_unit.hpp"

namespace ppsd::app {
namespace command::watch {
namespace {

int unit(const std::string& word) {
    const bool digits = !word.empty() && word.size() <= 3 &&
                        word.find_first_not_of("0123456789") == std::string::npos;
    const int number = digits ? std::stoi(word) : -1;
    if (number < 0 || number > ntpdshm::max_unit)
        throw hal::UsageError(fmt::format("unit {}: 0 to {} is wanted", word, ntpdshm::max_unit));
    return number;
}

constexpr std::string_view usage = "watch [UNIT…] [--count N] [--seconds S]";

int run(const Arguments& arguments) {
    CommandParser parser{usage, watch_legend};
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
    options.layout = parser.layout();
    if (options.count && *options.count < 1) throw hal::UsageError("--count: 1 or more is wanted");
    return run_watch(options, stdout, stderr);
}

} // namespace
} // namespace command::watch

extern const PpsctlCommand watch_command{"watch", command::watch::usage,
                                         "show the segments' samples as a reader sees them",
                                         command::watch::run};

} // namespace ppsd::app
