#include "daemon/settings/pipeline_settings.hpp"

#include <algorithm>
#include <chrono>

namespace ppsd::app {

using hal::EdgeChoice;

PipelineSettings pipeline_settings(const Options& options) {
    PipelineSettings settings;
    settings.pulses = !options.pps.empty();
    switch (options.edge) {
    case EdgeChoice::automatic:
        settings.edge = discipline::EdgeRule::automatic;
        break;
    case EdgeChoice::rising:
        settings.edge = discipline::EdgeRule::rising;
        break;
    case EdgeChoice::falling:
        settings.edge = discipline::EdgeRule::falling;
        break;
    }
    settings.delays = {options.pps_delay, options.irq_delay};
    settings.poll = options.poll;
    const auto moved = std::chrono::ceil<std::chrono::seconds>(options.distrust).count();
    settings.keeper = {options.lock_count, options.holdover, options.nmea_delay,
                       std::max(3, static_cast<int>(moved))};
    settings.not_before = options.not_before;
    const bool serial = options.nmea.starts_with("uart:") || options.nmea.starts_with("sim:");
    if (serial) settings.baud = static_cast<int>(options.baud);
    settings.checksum = options.checksum;
    settings.trust = options.trust;
    settings.published_before = options.published_before;
    return settings;
}

} // namespace ppsd::app
