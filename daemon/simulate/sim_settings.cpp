#include "daemon/simulate/sim_settings.hpp"

#include "daemon/pipeline/leap_list.hpp"
#include "hal/sim/true_time.hpp"

#include <fmt/format.h>

namespace ppsd::app {

using namespace hal;
using namespace hal::sim;

Options sim_options(const Scenario& scenario) {
    constexpr EdgeChoice edges[] = {EdgeChoice::automatic, EdgeChoice::rising, EdgeChoice::falling};
    const Parameters& base = scenario.base;
    Options options;
    options.pps = options.nmea = "sim:";
    options.baud = static_cast<unsigned>(base["nmea.baud"]);
    options.edge = edges[static_cast<std::size_t>(base["ppsd.edge"])];
    options.pps_delay = Nanos{static_cast<std::int64_t>(base["ppsd.pps-delay"])};
    options.poll = base.word<Poll>("ppsd.poll"); // the same words, in the same order
    if (base["ppsd.irq-delay"] != not_set)
        options.irq_delay = Nanos{static_cast<std::int64_t>(base["ppsd.irq-delay"])};
    options.lock_count = static_cast<int>(base["ppsd.lock-count"]);
    options.holdover = Nanos{base.ns("ppsd.holdover")};
    if (base["ppsd.nmea-delay"] != not_set) options.nmea_delay = Nanos{base.ns("ppsd.nmea-delay")};
    options.trust = base.word<Trust>("ppsd.trust");            // the same words, in the same order
    options.not_before = UtcSecond::from_posix(1'735'689'600); // 2025-01-01
    return options;
}

std::string sim_leap_list(const Scenario& scenario) {
    if (scenario.base.word<LeapList>("ppsd.leap-list") == LeapList::missing) return {};
    constexpr std::int64_t ntp_to_posix = 2'208'988'800;
    const auto leap = scenario.base.word<LeapSecond>("leap");
    const Numbering numbering{scenario.base};
    std::string text = "#@ 9999999999\n2272060800 10\n"; // 1972-01-01
    if (leap != LeapSecond::none)
        text += fmt::format("{} {}\n", numbering.month_end().posix() + ntp_to_posix,
                            leap == LeapSecond::inserted ? 11 : 9);
    return text;
}

discipline::LeapTable sim_leap_table(const Scenario& scenario) {
    const std::string list = sim_leap_list(scenario);
    return list.empty() ? discipline::LeapTable{} : parse_leap_list(list).value();
}

} // namespace ppsd::app
