#include "daemon/settings/pipeline_settings.hpp"

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
    settings.pps_delay = options.pps_delay;
    settings.labeller = {options.lock_count, options.holdover, options.nmea_delay};
    settings.not_before = options.not_before;
    settings.leap_file = options.leap_file;
    settings.distrust = options.distrust;
    return settings;
}

} // namespace ppsd::app
