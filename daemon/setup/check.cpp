#include "daemon/setup/check.hpp"

#include "daemon/setup/check_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace ppsd::app {
namespace {

using Verdict = Finding::Verdict;

/// "3 days", "5 h", "12 s": the largest unit is enough.
std::string long_time(double seconds) {
    struct Unit {
        double size;
        const char* name;
    };
    constexpr std::array units{Unit{86400, "days"}, Unit{3600, "h"}, Unit{60, "min"}};
    for (const Unit& unit : units)
        if (seconds >= 2 * unit.size)
            return fmt::format("{:.0f} {}", seconds / unit.size, unit.name);
    return fmt::format("{:.0f} s", seconds);
}

Findings configuration(const Evidence& evidence) {
    const auto& problems = evidence.config_problems;
    if (problems.empty()) return {good("configuration", evidence.config + " has no errors")};
    return {{"configuration", Verdict::bad, problems.front(),
             problems.size() > 1
                 ? fmt::format("and {} more: ppsd --check-config --config {} names them",
                               problems.size() - 1, evidence.config)
                 : std::string{}}};
}

Findings state(const Evidence& evidence) {
    const bool told = evidence.ppsd || evidence.ppsd_unasked.empty();
    if (!told && evidence.ppsd_stuck)
        return {{"state", Verdict::bad, "ppsd does not answer",
                 "sudo systemctl restart " + evidence.service}};
    if (!told)
        return {{"state", Verdict::unknown, evidence.ppsd_unasked,
                 evidence.root ? "look at journalctl -u " + evidence.service
                               : std::string{"run it with sudo"}}};
    if (!evidence.ppsd)
        return {{"state", Verdict::bad, "ppsd does not run",
                 fmt::format("sudo systemctl enable --now {0}, once the configuration is right; "
                             "journalctl -u {0} shows why it ended",
                             evidence.service)}};
    const PpsdFacts& ppsd = *evidence.ppsd;
    if (ppsd.state == "locked" && ppsd.reason.empty())
        return {good("state", "locked for " + long_time(ppsd.for_s))};
    const bool soon = ppsd.state == "locked" || ppsd.state == "holdover" ||
                      ppsd.state == "searching" || ppsd.state == "starting";
    return {{"state",
             soon ? Verdict::doubtful : Verdict::bad,
             fmt::format("{} for {}: {}", ppsd.state, long_time(ppsd.for_s), ppsd.explanation),
             {}}};
}

Findings pulses(const Evidence& evidence) {
    if (!evidence.ppsd || !evidence.ppsd->jitter_s) return {};
    constexpr double much = 100e-6;
    const double jitter = *evidence.ppsd->jitter_s;
    const std::string text = fmt::format("jitter {:.3g} us", jitter * 1e6);
    if (jitter < much) return {good("pulses", text)};
    return {{"pulses", Verdict::doubtful, text,
             "connect PPS to a GPIO line, not through USB; on a GPIO line, check the load (top) "
             "and the wire's GND"}};
}

// Labels that come near a pulse name now the one before it, now that after it.
Findings labels(const Evidence& evidence) {
    if (!evidence.ppsd || !evidence.ppsd->delay_s) return {};
    constexpr double near = 0.05;
    const double delay = *evidence.ppsd->delay_s;
    const std::string text = fmt::format("sentences begin {:.3g} s after the pulse", delay);
    // Who set nmea-delay has decided which pulse they name.
    const bool far = std::abs(delay - std::round(delay)) >= near;
    if (far || evidence.delay_is_set) return {good("labels", text)};
    return {
        {"labels", Verdict::doubtful, text,
         "too near a pulse: set nmea-delay in ppsd.conf to the delay in the receiver's manual"}};
}

/// As long as it is less than full: that is a state.
Findings line(const Evidence& evidence) {
    if (!evidence.ppsd || !evidence.ppsd->line_load) return {};
    constexpr double nearly_full = 0.9;
    const double load = *evidence.ppsd->line_load;
    const std::string text = fmt::format("the receiver's line is {:.0f} % full", load * 100);
    if (load < nearly_full) return {good("line", text)};
    return {{"line", Verdict::doubtful, text,
             "raise the receiver's baud rate (and baud in ppsd.conf), or let it send fewer "
             "sentences; from 95 % on, sentences may come late, and ppsd publishes nothing"}};
}

/// ppsd follows a receiver that sends at another rate.
Findings rate(const Evidence& evidence) {
    if (!evidence.ppsd || !evidence.ppsd->baud || !evidence.baud) return {};
    const auto followed = static_cast<unsigned>(*evidence.ppsd->baud);
    if (followed == *evidence.baud) return {};
    return {{"baud", Verdict::doubtful,
             fmt::format("ppsd.conf says {}, and ppsd listens at {}", *evidence.baud, followed),
             fmt::format("if the receiver stays there, set baud = {} in ppsd.conf: ppsd then hears "
                         "it at once when it starts",
                         followed)}};
}

Findings outputs(const Evidence& evidence) {
    Findings findings;
    if (!evidence.ppsd) return findings;
    for (const OutputFacts& output : evidence.ppsd->outputs) {
        const std::string name = "output " + output.name;
        if (!output.problem.empty())
            findings.push_back({name, Verdict::bad, output.problem, {}});
        else if (output.taken == 0 && evidence.ppsd->state == "locked")
            findings.push_back({name, Verdict::doubtful, "no sample taken yet",
                                "sudo ppsctl status shows what was dropped, and why"});
        else
            findings.push_back(
                good(name, fmt::format("{} samples, {} dropped", output.taken, output.dropped)));
    }
    return findings;
}

Findings leap_list(const Evidence& evidence) {
    constexpr double soon = 30; // days
    const std::string advice = "sudo apt update && sudo apt install tzdata";
    if (!evidence.leap_problem.empty())
        return {{"leap seconds", Verdict::doubtful, evidence.leap_problem, {}}};
    if (!evidence.leap_days) return {};
    if (*evidence.leap_days < 0)
        return {{"leap seconds", Verdict::doubtful,
                 fmt::format("the list expired {:.0f} days ago", -*evidence.leap_days), advice}};
    const std::string text = fmt::format("the list expires in {:.0f} days", *evidence.leap_days);
    if (*evidence.leap_days < soon) return {{"leap seconds", Verdict::doubtful, text, advice}};
    return {good("leap seconds", text)};
}

Findings machine(const Evidence& evidence) {
    Findings findings;
    // What boards come with is no fault.
    const bool changes = evidence.governor == "powersave" || evidence.governor == "ondemand" ||
                         evidence.governor == "schedutil";
    const int processors = evidence.facts.system.processors;
    const std::string cores =
        processors > 0 ? fmt::format("{} core{}, ", processors, processors == 1 ? "" : "s") : "";
    if (!evidence.governor.empty())
        findings.push_back(
            good("processor", fmt::format("{}governor {}{}", cores, evidence.governor,
                                          changes ? " (performance: less jitter)" : "")));
    const auto& words = evidence.facts.board.compatible;
    const bool pi5 = std::ranges::find(words, "brcm,bcm2712") != words.end();
    if (pi5 && !evidence.link_power.empty() && evidence.link_power != "performance")
        findings.push_back(
            {"PCIe", Verdict::doubtful,
             fmt::format("link power saving is {}: stamps are some us late", evidence.link_power),
             "add pcie_aspm.policy=performance to the line in /boot/firmware/cmdline.txt, and "
             "reboot"});
    if (evidence.disk_needed && *evidence.disk_needed > 1)
        findings.push_back({"disk", Verdict::doubtful,
                            "the recording may outgrow the free disk space",
                            "free space, or lower record-size in ppsd.conf"});
    return findings;
}

constexpr std::array rules{
    configuration, state,         pulses,          labels,        line,
    rate,          outputs,       check_segments,  check_writers, check_confinement,
    check_reader,  check_reading, check_selection, leap_list,     machine};

} // namespace

Findings check(const Evidence& evidence) {
    Findings all;
    for (const auto& rule : rules)
        for (Finding& finding : rule(evidence))
            all.push_back(std::move(finding));
    return all;
}

} // namespace ppsd::app
