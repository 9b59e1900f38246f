#include "daemon/ctl/command.hpp"
#include "daemon/ctl/feed.hpp"

#include <climits>
#include <cmath>

namespace ppsd::app {
namespace command::feed {
namespace {

constexpr std::string_view usage =
    "feed --unit N --offset S [--count N] [--precision P] [--leap L]";

int run(const Arguments& arguments) {
    CommandParser parser{usage};
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
    options.unit = parser.checked("unit", 0, ntpdshm::max_unit, 2);
    const double offset = parser.checked("offset", -ten_years, ten_years, 0.0);
    options.offset = hal::Nanos{std::llround(offset * 1e9)};
    if (parser.has("count")) options.count = parser.checked("count", 1L, LONG_MAX, 1L);
    options.precision = parser.checked("precision", -30, 0, -20);
    options.leap = parser.checked("leap", 0, 3, 0);
    options.layout = parser.layout();
    return run_feed(options, stdout);
}

} // namespace
} // namespace command::feed

extern const PpsctlCommand feed_command{"feed", command::feed::usage,
                                        "publish a clock that is wrong by a known amount",
                                        command::feed::run};

} // namespace ppsd::app
