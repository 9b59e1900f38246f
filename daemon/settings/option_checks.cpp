#include "daemon/settings/option_checks.hpp"

#include "hal/error.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace ppsd::app {

using hal::UsageError;

namespace {

/// How a feed's outputs are named, in its two forms.
struct FeedKeys {
    Feed feed;
    const char* out;
    const char* unit;
};
constexpr std::array feeds{FeedKeys{Feed::pps, "pps-out", "pps-unit"},
                           FeedKeys{Feed::nmea, "nmea-out", "nmea-unit"}};

/// The form that was used: the short one where neither was.
const char* key_of(const Options& options, const FeedKeys& keys) {
    return options.settings.contains(keys.out) ? keys.out : keys.unit;
}

/// The first output that this machine's ntpd or chronyd reads.
std::optional<OutputSpec> machines_output(const Options& options, Feed feed) {
    for (OutputSpec& output : outputs_of(options, feed))
        if (output.kind->is_machines(output.place)) return std::move(output);
    return std::nullopt;
}

/// "SHM unit 1" or "sock:/run/chrony.ppsd.sock".
std::string name_of(const OutputSpec& output) {
    const auto unit = shm_unit(output);
    return unit ? fmt::format("SHM unit {}", *unit) : output.text();
}

/// A recording's seconds are past: no ntpd or chronyd may take them for the time.
void check_replay(const Options& options) {
    const bool pulses = options.pps.starts_with(replayed);
    if (!pulses && !options.nmea.starts_with(replayed)) return;
    if (options.pps != options.nmea && !options.pps.empty())
        throw UsageError(fmt::format("{}pps = {} and nmea = {}: what is replayed belongs together; "
                                     "set both to the same replay:FILE",
                                     option_place(options, "pps"), options.pps, options.nmea));
    for (const FeedKeys& keys : feeds)
        if (const auto output = machines_output(options, keys.feed)) {
            const char* const key = key_of(options, keys);
            throw UsageError(fmt::format("{}{} is what ntpd and chronyd read, and a recording's "
                                         "seconds are past; set {} to {}2 or above, or to none",
                                         option_place(options, "nmea"), name_of(*output), key,
                                         key == keys.out ? "shm:" : ""));
        }
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
    for (const FeedKeys& keys : feeds) {
        const char* const key = key_of(options, keys);
        const auto output = machines_output(options, keys.feed);
        if (!output || given(options, key) >= simulation) continue;
        const auto unit = shm_unit(*output);
        throw UsageError(fmt::format(
            "{}{} is what ntpd and chronyd read, and a simulated "
            "time is wrong; set {} to {}2 or above, to none, or to {} "
            "beside the sim: source if you insist",
            option_place(options, key), name_of(*output), key, key == keys.out ? "shm:" : "",
            key == keys.unit ? std::to_string(unit.value_or(0)) : output->text()));
    }
}

/// Two names of one thing: which of them holds would have to be guessed.
void check_one_form(const Options& options, const FeedKeys& keys) {
    if (!options.settings.contains(keys.out) || !options.settings.contains(keys.unit)) return;
    throw UsageError(fmt::format("{}{} and {}{} are both given: the second is short for the first; "
                                 "leave one out",
                                 option_place(options, keys.out), keys.out,
                                 option_place(options, keys.unit), keys.unit));
}

/// Readers would get a mixture of the two times.
void check_no_shared_output(const Options& options) {
    const OutputList pps = outputs_of(options, Feed::pps);
    for (const OutputSpec& output : outputs_of(options, Feed::nmea)) {
        const auto shared = std::ranges::find_if(
            pps, [&](const OutputSpec& one) { return is_same_output(one, output); });
        if (shared == pps.end()) continue;
        const char* const pps_key = key_of(options, feeds[0]);
        const char* const nmea_key = key_of(options, feeds[1]);
        const auto unit = shm_unit(output);
        const std::string name = unit ? std::to_string(*unit) : shared->text();
        const std::string link =
            output == *shared ? "" : fmt::format(" (by a link: {})", output.text());
        throw UsageError(fmt::format("{}{} and {} are both {}{}: two times can't share {}; set one "
                                     "to another or to none",
                                     option_place(options, nmea_key), pps_key, nmea_key, name, link,
                                     unit ? "a unit" : "an output"));
    }
}

} // namespace

void drop_overruled_forms(Options& options) {
    const auto overrules = [&](const char* key, const char* other) {
        if (given(options, key) == Given::on_command_line &&
            given(options, other) == Given::in_file)
            options.settings.erase(other);
    };
    for (const FeedKeys& keys : feeds) {
        overrules(keys.out, keys.unit);
        overrules(keys.unit, keys.out);
    }
}

void check_together(const Options& options) {
    if (options.nmea.empty())
        throw UsageError("nmea is missing: say where the receiver's sentences come from, for "
                         "example --nmea uart:/dev/serial0; see ppsd --help");
    for (const FeedKeys& keys : feeds)
        check_one_form(options, keys);
    check_no_shared_output(options);
    if (outputs_of(options, Feed::pps).empty() && outputs_of(options, Feed::nmea).empty())
        throw UsageError("there is nothing to publish: set pps and pps-out, or nmea-out");
    check_replay(options);
    check_simulation(options);
}

} // namespace ppsd::app
