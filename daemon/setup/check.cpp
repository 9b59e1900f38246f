#include "daemon/setup/check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace ppsd::app {
namespace {

using Verdict = Finding::Verdict;
using Findings = std::vector<Finding>;

Finding good(std::string name, std::string text) {
    return {std::move(name), Verdict::good, std::move(text), {}};
}

/// "3 days", "5 h", "12 s": the largest unit is enough.
std::string length(double seconds) {
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

const ProgramFacts* reader(const Evidence& evidence) {
    const auto* const chronyd = running(evidence.facts, "chronyd");
    return chronyd != nullptr ? chronyd : running(evidence.facts, "ntpd");
}

bool writes(const Evidence& evidence, int unit) {
    return std::ranges::find(evidence.units, unit) != evidence.units.end();
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
    if (ppsd.state == "locked") return {good("state", "locked for " + length(ppsd.for_s))};
    const bool soon =
        ppsd.state == "holdover" || ppsd.state == "searching" || ppsd.state == "starting";
    return {{"state",
             soon ? Verdict::doubtful : Verdict::bad,
             fmt::format("{} for {}: {}", ppsd.state, length(ppsd.for_s), ppsd.explanation),
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

Finding segment(const UnitFacts& unit, const std::string& service) {
    constexpr unsigned for_all = 07;
    constexpr unsigned for_group = 0660;
    constexpr unsigned first_key = 0x30; // the last two digits of unit 0's
    const std::string name = fmt::format("unit {}", unit.unit);
    const std::string restart = "sudo systemctl restart ppsd-units " + service;
    const std::string advice = "stop chronyd or ntpd; " + restart + "; start it again";
    if (!unit.exists) return {name, Verdict::bad, "there is no such segment", advice};
    const std::string text =
        fmt::format("owner {}, group {}, mode {:04o}", unit.owner, unit.group, unit.mode);
    const bool ours_to_keep = unit.unit <= 1;
    if (ours_to_keep && unit.owner != "root") return {name, Verdict::bad, text, advice};
    // ppsd gives the group its rights, and takes nobody's away.
    if (ours_to_keep && (unit.mode & for_all) != 0)
        return {name, Verdict::doubtful, text + ": every user may write to it",
                fmt::format("stop chronyd or ntpd; sudo ipcrm -M 0x4e5450{:x}; {}; start it again",
                            first_key + static_cast<unsigned>(unit.unit), restart)};
    if (ours_to_keep && (unit.mode & for_group) != for_group)
        return {name, Verdict::doubtful, text + ": the group may not write to it", restart};
    return good(name, text);
}

Findings segments(const Evidence& evidence) {
    Findings findings;
    for (const UnitFacts& unit : evidence.segments)
        findings.push_back(segment(unit, evidence.service));
    return findings;
}

Findings writers(const Evidence& evidence) {
    const auto* const gpsd = running(evidence.facts, "gpsd");
    if (gpsd == nullptr) return {};
    for (const int unit : gpsd->units)
        if (writes(evidence, unit))
            return {{"writers", Verdict::bad, fmt::format("gpsd also writes to unit {}", unit),
                     "sudo systemctl disable --now gpsd.socket gpsd, or give ppsd another unit "
                     "(pps-unit, nmea-unit)"}};
    return {{"writers", Verdict::doubtful, "gpsd runs, and may open the receiver's port",
             "sudo systemctl disable --now gpsd.socket gpsd"}};
}

/// How the program that keeps the clock is made to read the pulses.
std::string refclock_advice(const Evidence& evidence, bool ntpd) {
    if (!evidence.pps_unit)
        return "add a refclock for what pps-out and nmea-out name (man ppsd.conf)";
    if (ntpd)
        return fmt::format("add \"refclock shm unit {} refid PPS prefer minpoll 4 maxpoll 4\" to "
                           "/etc/ntpsec/ntp.conf; sudo systemctl restart ntpsec",
                           *evidence.pps_unit);
    return fmt::format("add \"refclock SHM {} refid PPS precision 1e-7\" to "
                       "/etc/chrony/chrony.conf; sudo systemctl restart chrony",
                       *evidence.pps_unit);
}

std::string start_advice(const Evidence& evidence) {
    const auto& programs = evidence.facts.programs;
    if (std::ranges::find(programs, "chronyd", &ProgramFacts::name) != programs.end())
        return "sudo systemctl enable --now chrony";
    if (std::ranges::find(programs, "ntpd", &ProgramFacts::name) != programs.end())
        return "sudo systemctl enable --now ntpsec";
    return "sudo apt install chrony; " + refclock_advice(evidence, false);
}

Findings readers(const Evidence& evidence) {
    const auto* const chronyd = running(evidence.facts, "chronyd");
    const auto* const ntpd = running(evidence.facts, "ntpd");
    const auto* const timesyncd = running(evidence.facts, "systemd-timesyncd");
    if (chronyd != nullptr && ntpd != nullptr)
        return {{"reader", Verdict::bad, "chronyd and ntpd both keep the clock",
                 "keep one: sudo systemctl disable --now ntpsec (or chrony)"}};
    const auto* const one = reader(evidence);
    if (one == nullptr)
        return {{"reader", Verdict::bad, "neither chronyd nor ntpd runs", start_advice(evidence)}};
    if (timesyncd != nullptr)
        return {{"reader", Verdict::bad, one->name + " and systemd-timesyncd both keep the clock",
                 "sudo systemctl disable --now systemd-timesyncd"}};
    return {good("reader", fmt::format("{} runs (process {})", one->name, one->pid))};
}

/// Where the pulses go to a unit alone.
Findings reading(const Evidence& evidence) {
    const auto* const one = reader(evidence);
    if (one == nullptr || !evidence.pps_unit) return {};
    // chronyd has a helper of the same name: one of them reads.
    const bool reads = std::ranges::any_of(evidence.facts.programs, [&](const auto& program) {
        return program.name == one->name &&
               std::ranges::find(program.units, *evidence.pps_unit) != program.units.end();
    });
    if (reads) return {};
    if (!evidence.root)
        return {{"reads", Verdict::unknown, "only root can see which units it reads",
                 "sudo ppsctl check"}};
    return {{"reads", Verdict::bad,
             fmt::format("{} does not read unit {}", one->name, *evidence.pps_unit),
             refclock_advice(evidence, one->name == "ntpd")}};
}

Finding judge(const SourceFacts& source) {
    const std::string name = "source " + source.name;
    switch (source.state) {
    case '*':
        return good(name, "selected");
    case '+':
        return good(name, "combined with the one that is selected");
    case '-':
        return {name, Verdict::doubtful, "usable, but another source is preferred",
                "add \"prefer\" to its line if the pulse should win"};
    case 'x':
        return {name, Verdict::bad, "falseticker: it disagrees with most other sources",
                "compare with chronyc sources or ntpq -p; if the others are right, check edge, "
                "pps-delay and nmea-delay in ppsd.conf"};
    case '~':
        return {name, Verdict::doubtful, "too variable", "look at the jitter of the pulses"};
    default:
        break;
    }
    if (source.reach == 0)
        return {name, Verdict::bad, "no samples in the last 8 polls",
                "if ppsd is locked: sudo systemctl restart chrony (or ntpsec)"};
    return {name, Verdict::doubtful, "it receives samples, but is not selected",
            "wait a minute; a source with noselect is never selected"};
}

/// Beside one that is selected, others may be there to be compared (noselect).
bool is_to_be_told(const SourceFacts& source, bool selected) {
    const bool compared = source.state == '?' && source.reach != 0;
    return !selected || (!compared && source.state != '-' && source.state != '+');
}

Findings selection(const Evidence& evidence) {
    if (reader(evidence) == nullptr) return {};
    if (!evidence.sources)
        return {{"selection", Verdict::unknown,
                 "chronyd or ntpd can't be asked which source it follows",
                 "chronyc sources, or ntpq -p, as root"}};
    if (evidence.sources->empty())
        return {{"selection", Verdict::bad, "chronyd or ntpd has no refclock",
                 refclock_advice(evidence, reader(evidence)->name == "ntpd")}};
    const bool selected =
        std::ranges::find(*evidence.sources, '*', &SourceFacts::state) != evidence.sources->end();
    Findings findings;
    for (const SourceFacts& source : *evidence.sources)
        if (is_to_be_told(source, selected)) findings.push_back(judge(source));
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
    if (!evidence.governor.empty())
        findings.push_back(
            good("processor", fmt::format("governor {}{}", evidence.governor,
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

constexpr std::array rules{configuration, state,   pulses,  labels,    outputs,   segments,
                           writers,       readers, reading, selection, leap_list, machine};

} // namespace

Findings check(const Evidence& evidence) {
    Findings all;
    for (const auto& rule : rules)
        for (Finding& finding : rule(evidence))
            all.push_back(std::move(finding));
    return all;
}

} // namespace ppsd::app
