#include "daemon/settings/option_checks.hpp"

#include "hal/error.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace ppsd::app {

using hal::UsageError;

namespace {

/// A recording's seconds are past: no ntpd or chronyd may take them for the time.
void check_replay(const Options& options) {
    const bool pulses = options.pps.starts_with(replayed);
    if (!pulses && !options.nmea.starts_with(replayed)) return;
    if (options.pps != options.nmea && !options.pps.empty())
        throw UsageError(fmt::format("{}pps = {} and nmea = {}: what is replayed belongs together; "
                                     "set both to the same replay:FILE",
                                     option_place(options, "pps"), options.pps, options.nmea));
    for (const auto& unit : {pulses ? options.pps_unit : std::nullopt, options.nmea_unit})
        if (unit && *unit < 2)
            throw UsageError(
                fmt::format("{}SHM unit {} is what ntpd and chronyd read, and a recording's "
                            "seconds are past; set pps-unit and nmea-unit to 2 or above, "
                            "or to none",
                            option_place(options, "nmea"), *unit));
}

/// Where an option was given; the later, the stronger.
enum class Given : std::uint8_t { nowhere, in_file, on_command_line };

Given given(const Options& options, const char* key) {
    const auto setting = options.settings.find(key);
    if (setting == options.settings.end()) return Given::nowhere;
    return setting->second.place.empty() ? Given::on_command_line : Given::in_file;
}

/// A simulated time must not reach the machine's ntpd or chronyd by a unit that was left out, or
/// that the configuration file has for the real receiver.
void check_simulation(const Options& options) {
    Given simulation = Given::nowhere;
    if (options.pps.starts_with(simulated)) simulation = given(options, "pps");
    if (options.nmea.starts_with(simulated))
        simulation = std::max(simulation, given(options, "nmea"));
    if (simulation == Given::nowhere) return;
    const auto check_unit = [&](const char* key, const std::optional<int>& unit) {
        if (!unit || *unit >= 2 || given(options, key) >= simulation) return;
        throw UsageError(fmt::format("{}SHM unit {} is what ntpd and chronyd read, and a simulated "
                                     "time is wrong; set {} to 2 or above, to none, or to {} "
                                     "beside the sim: source if you insist",
                                     option_place(options, key), *unit, key, *unit));
    };
    if (!options.pps.empty()) check_unit("pps-unit", options.pps_unit);
    check_unit("nmea-unit", options.nmea_unit);
}

} // namespace

void check_together(const Options& options) {
    if (options.nmea.empty())
        throw UsageError("nmea is missing: say where the receiver's sentences come from, for "
                         "example --nmea uart:/dev/serial0; see ppsd --help");
    const bool pps_out = !options.pps.empty() && options.pps_unit;
    if (pps_out && options.pps_unit == options.nmea_unit)
        throw UsageError(fmt::format("{}pps-unit and nmea-unit are both {}: two times can't share "
                                     "a unit; set one to another or to none",
                                     option_place(options, "nmea-unit"), *options.pps_unit));
    if (!pps_out && !options.nmea_unit)
        throw UsageError("there is nothing to publish: set pps and pps-unit, or nmea-unit");
    check_replay(options);
    check_simulation(options);
}

} // namespace ppsd::app
