#include "daemon/web/snapshot.hpp"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ppsd::web {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t nearby = 5; // s

double number(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : unknown;
}

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t count(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

Json part(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : Json::object();
}

/// The pulses' sample; where there are no pulses that of the sentences.
Json last_sample(const Json& status) {
    for (const char* feed : {"pps", "nmea"})
        if (Json sample = part(part(status, feed), "last_sample"); !sample.empty()) return sample;
    return Json::object();
}

Verdict of_ppsd(const PpsdStatus& ppsd) {
    if (ppsd.state == "locked")
        return {"good", "Locked: the pulses are matched to their seconds", ppsd.explanation};
    if (ppsd.state == "holdover")
        return {"warning", "Holdover: the receiver stopped naming seconds", ppsd.explanation};
    if (ppsd.state == "starting" || ppsd.state == "searching")
        return {"warning", "Not locked yet: " + ppsd.state, ppsd.explanation};
    return {"bad", "Not locked: " + ppsd.state, ppsd.explanation};
}

/// Whether the NTP daemon, if it can be asked, follows a refclock.
std::optional<Verdict> of_ntp(const NtpStatus& ntp) {
    if (!ntp.problem.empty()) return std::nullopt;
    const NtpSource* selected = ntp.selected();
    if (!selected)
        return Verdict{"bad", fmt::format("ppsd is locked, but {} follows no source", ntp.program),
                       "ppsctl check, run as root, shows why"};
    if (selected->mode != '#')
        return Verdict{
            "warning",
            fmt::format("ppsd is locked, but {} follows {}", ntp.program, selected->name),
            "a server in the network, not the pulses; ppsctl check, run as root, shows why"};
    return Verdict{"good", "Locked: this machine's clock follows " + selected->name,
                   ntp.tracking ? fmt::format("{} serves time at stratum {}", ntp.program,
                                              ntp.tracking->stratum)
                                : std::string{}};
}

} // namespace

std::optional<PpsdStatus> parse_ppsd(const std::string& json) {
    const Json status = Json::parse(json, nullptr, false);
    if (!status.is_object() || text(status, "state").empty()) return std::nullopt;
    const Json sample = last_sample(status);
    const Json satellites = part(status, "satellites");
    PpsdStatus ppsd{.json = json,
                    .version = text(status, "version"),
                    .state = text(status, "state"),
                    .explanation = text(status, "explanation"),
                    .pid = static_cast<int>(count(status, "pid")),
                    .running = number(status, "running_s"),
                    .state_for = number(status, "for_s"),
                    .renumbered = count(status, "renumbered"),
                    .clock_steps = count(status, "clock_steps"),
                    .baud = count(status, "baud"),
                    .sample_second = {},
                    .sample_ago = {},
                    .offset = number(sample, "offset_s"),
                    .jitter = number(status, "jitter_s"),
                    .delay = number(status, "delay_s"),
                    .period = number(status, "period_s"),
                    .satellites = number(satellites, "used"),
                    .signal = number(satellites, "signal_db")};
    if (const double second = number(sample, "second"); known(second))
        ppsd.sample_second = static_cast<std::int64_t>(second);
    if (const double ago = number(sample, "s_ago"); known(ago)) ppsd.sample_ago = ago;
    return ppsd;
}

Verdict verdict(const Snapshot& snapshot) {
    if (!snapshot.ppsd) return {"unknown", "ppsd does not answer", snapshot.ppsd_problem};
    const Verdict ppsd = of_ppsd(*snapshot.ppsd);
    if (ppsd.level != "good") return ppsd;
    return of_ntp(snapshot.ntp).value_or(ppsd);
}

Point point_of(const Snapshot& snapshot, const std::optional<Snapshot>& before) {
    Point point;
    point.time = snapshot.time;
    point.values[Series::temperature] = snapshot.temperature;
    if (snapshot.ntp.tracking) point.values[Series::chrony_offset] = snapshot.ntp.tracking->offset;
    if (!snapshot.ppsd) return point;
    const PpsdStatus& ppsd = *snapshot.ppsd;
    const bool fresh = ppsd.sample_second && !(before && before->ppsd &&
                                               before->ppsd->sample_second == ppsd.sample_second);
    if (fresh) {
        point.values[Series::offset] = ppsd.offset;
        // A sample is of its own second, unless the clock is far off.
        if (std::abs(*ppsd.sample_second - point.time) <= nearby) point.time = *ppsd.sample_second;
    }
    point.values[Series::jitter] = ppsd.jitter;
    point.values[Series::delay] = ppsd.delay;
    point.values[Series::frequency] = ppsd.period - 1;
    point.values[Series::satellites] = ppsd.satellites;
    point.values[Series::signal] = ppsd.signal;
    return point;
}

} // namespace ppsd::web
