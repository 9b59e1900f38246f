#include "daemon/app/sim_settings.hpp"

#include "hal/sim/true_time.hpp"

#include <fmt/format.h>

namespace ppsd::app {

using namespace hal;
using namespace hal::sim;

PipelineSettings sim_pipeline_settings(const Scenario& scenario) {
    using discipline::EdgeRule;
    constexpr EdgeRule rules[] = {EdgeRule::automatic, EdgeRule::rising, EdgeRule::falling};
    const Parameters& base = scenario.base;
    PipelineSettings settings;
    settings.edge = rules[static_cast<std::size_t>(base[Key::ppsd_edge])];
    settings.pps_delay = Nanos{static_cast<std::int64_t>(base[Key::ppsd_pps_delay])};
    settings.labeller.lock_count = static_cast<int>(base[Key::ppsd_lock_count]);
    settings.labeller.holdover = Nanos{base.ns(Key::ppsd_holdover)};
    if (base[Key::ppsd_nmea_delay] != not_set)
        settings.labeller.nmea_delay = Nanos{base.ns(Key::ppsd_nmea_delay)};
    settings.not_before = UtcSecond::from_posix(1'735'689'600); // 2025-01-01
    return settings;
}

discipline::LeapTable sim_leap_table(const Scenario& scenario) {
    if (scenario.base.word<LeapList>(Key::ppsd_leap_list) == LeapList::missing) return {};
    constexpr std::int64_t ntp_to_posix = 2'208'988'800;
    const auto leap = scenario.base.word<LeapSecond>(Key::leap);
    const Numbering numbering{
        UtcSecond::from_posix(static_cast<std::int64_t>(scenario.base[Key::start])), leap};
    std::string text = "#@ 9999999999\n2272060800 10\n"; // 1972-01-01
    if (leap != LeapSecond::none)
        text += fmt::format("{} {}\n", numbering.month_end().posix() + ntp_to_posix,
                            leap == LeapSecond::inserted ? 11 : 9);
    return discipline::LeapTable::parse(text).value();
}

} // namespace ppsd::app
