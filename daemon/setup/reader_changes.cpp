#include "daemon/setup/reader_changes.hpp"

#include "daemon/setup/text_edits.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <tuple>

namespace ppsd::app {
namespace {

const std::string chrony_conf = "/etc/chrony/chrony.conf";
const std::string chrony_folder = "/etc/chrony/conf.d";

/// gpsd's sockets are named after the port: gpsd(8).
bool is_gpsds(std::string_view line, std::string_view unit) {
    const bool socket = begins_with_words(line, {"refclock", "SOCK"}) &&
                        line.find("ppsd") == std::string_view::npos &&
                        line.find("/run/chrony.tty") != std::string_view::npos;
    return socket || begins_with_words(line, {"refclock", "SHM", unit});
}

bool has_line(const std::string& text, std::initializer_list<std::string_view> words) {
    bool found = false;
    std::ignore = put_out(text, [&](std::string_view line) {
        found = found || begins_with_words(line, words);
        return false;
    });
    return found;
}

bool chrony_says(const PlanDraft& draft, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(draft.files, [&](const auto& file) {
        return is_chrony(file.first) && has_line(file.second, words);
    });
}

void configure_chrony(PlanDraft& draft, const std::string& pps, const std::string& nmea) {
    if (!chrony_says(draft, {"refclock", "SHM", pps})) {
        for (const auto& [path, now] : draft.facts.configured.files)
            if (is_chrony(path))
                draft.write(path,
                            put_out(draft.text(path),
                                    [&](std::string_view line) {
                                        return is_pps0(line) || is_gpsds(line, nmea);
                                    }),
                            "these refclocks are from an earlier set-up; ppsd replaces them");
        std::string lines = fmt::format("refclock SHM {} refid PPS precision 1e-7\n"
                                        "refclock SHM {} refid NMEA noselect",
                                        pps, nmea);
        if (!chrony_says(draft, {"makestep"})) lines += "\nmakestep 1 3";
        const bool folder = has_line(draft.text(chrony_conf), {"confdir", chrony_folder});
        const std::string path = folder ? chrony_folder + "/ppsd.conf" : chrony_conf;
        draft.write(
            path, with_last_line(draft.text(path), lines),
            "chronyd follows the pulses (PPS); the sentences (NMEA) are only for comparison");
    }
    draft.start("chrony.service", "it sets the system clock by ppsd's samples");
}

void configure_ntpd(PlanDraft& draft, const std::string& path, const std::string& name,
                    const std::string& lines, std::initializer_list<std::string_view> mark) {
    if (!has_line(draft.text(path), mark))
        draft.write(path, with_last_line(draft.text(path), lines),
                    "ntpd follows the pulses (PPS); the sentences (NMEA) are only for comparison");
    if (has_line(draft.text(path), {"tos"}) &&
        draft.text(path).find("minsane") != std::string::npos)
        draft.plan.advice.push_back(path +
                                    ": without other servers, comment out its `tos … minsane "
                                    "…`, or ntpd won't select ppsd");
    draft.start(name, "it sets the system clock by ppsd's samples");
}

} // namespace

void configure_reader(PlanDraft& draft) {
    const auto installed = [&](std::string_view name) {
        return std::ranges::find(draft.facts.programs, name, &ProgramFacts::name) !=
               draft.facts.programs.end();
    };
    const bool ntpd =
        running(draft.facts, "ntpd") != nullptr ||
        (running(draft.facts, "chronyd") == nullptr && !installed("chronyd") && installed("ntpd"));
    if (!ntpd && !installed("chronyd")) {
        draft.service(Change::Kind::install, "chrony",
                      "no NTP daemon that can read ppsd is installed; chrony replaces "
                      "systemd-timesyncd");
        draft.plan.next = Next::look_again;
        return;
    }
    const bool debians = ntpd ? draft.has("/etc/ntpsec/ntp.conf") || draft.has("/etc/ntp.conf")
                              : draft.has(chrony_conf);
    if (!debians) {
        draft.stop(fmt::format("{} is installed, but its configuration is not where Debian has it. "
                               "Put the lines of /usr/share/doc/ppsd/ntp.md into it by hand",
                               ntpd ? "ntpd" : "chronyd"));
        return;
    }
    const std::string conf = draft.text(ppsd_conf);
    if (setting(conf, "pps-out") || setting(conf, "nmea-out")) {
        draft.plan.advice.push_back(ppsd_conf +
                                    " has pps-out or nmea-out: see that the NTP daemon "
                                    "reads these outputs (/usr/share/doc/ppsd/ntp.md)");
        return;
    }
    const std::string pps = setting(conf, "pps-unit").value_or("1");
    const std::string nmea = setting(conf, "nmea-unit").value_or("0");
    if (!ntpd)
        configure_chrony(draft, pps, nmea);
    else if (draft.has("/etc/ntpsec/ntp.conf"))
        configure_ntpd(draft, "/etc/ntpsec/ntp.conf", "ntpsec.service",
                       fmt::format("refclock shm unit {} refid PPS prefer minpoll 4 maxpoll 4\n"
                                   "refclock shm unit {} refid NMEA noselect",
                                   pps, nmea),
                       {"refclock", "shm", "unit", pps});
    else
        configure_ntpd(draft, "/etc/ntp.conf", "ntp.service",
                       fmt::format("server 127.127.28.{0} minpoll 4 maxpoll 4 prefer\n"
                                   "fudge 127.127.28.{0} refid PPS flag1 1\n"
                                   "server 127.127.28.{1} noselect\n"
                                   "fudge 127.127.28.{1} refid NMEA flag1 1",
                                   pps, nmea),
                       {"server", "127.127.28." + pps});
}

} // namespace ppsd::app
