#include "daemon/setup/check.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
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

const ProgramFacts* running(const Evidence& evidence, std::string_view program) {
    const auto found = std::ranges::find_if(evidence.facts.programs, [&](const auto& one) {
        return one.name == program && one.pid != 0;
    });
    return found == evidence.facts.programs.end() ? nullptr : &*found;
}

const ProgramFacts* reader(const Evidence& evidence) {
    const auto* const chronyd = running(evidence, "chronyd");
    return chronyd != nullptr ? chronyd : running(evidence, "ntpd");
}

bool writes(const Evidence& evidence, int unit) {
    return std::ranges::find(evidence.units, unit) != evidence.units.end();
}

Findings configuration(const Evidence& evidence) {
    const auto& problems = evidence.config_problems;
    if (problems.empty()) return {good("configuration", evidence.config + " makes sense")};
    return {{"configuration", Verdict::bad, problems.front(),
             problems.size() > 1
                 ? fmt::format("and {} more: ppsd --check-config names them", problems.size() - 1)
                 : std::string{}}};
}

Findings state(const Evidence& evidence) {
    if (!evidence.ppsd && !evidence.ppsd_unasked.empty())
        return {{"state", Verdict::unknown, evidence.ppsd_unasked, "ask as root"}};
    if (!evidence.ppsd)
        return {{"state", Verdict::bad, "ppsd does not run",
                 "sudo systemctl enable --now ppsd; journalctl -u ppsd says why it ended"}};
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
    return {
        {"pulses", Verdict::doubtful, text,
         "a pulse through USB, or interrupts that are served late: use a GPIO line, and look at "
         "the load"}};
}

// Labels that come near a pulse name now the one before it, now that after it.
Findings labels(const Evidence& evidence) {
    if (!evidence.ppsd || !evidence.ppsd->delay_s) return {};
    constexpr double early = 0.05;
    constexpr double late = 0.9;
    const double delay = *evidence.ppsd->delay_s;
    const std::string text = fmt::format("a second is named {:.3g} s after its pulse", delay);
    if (delay >= early && delay <= late) return {good("labels", text)};
    return {
        {"labels", Verdict::doubtful, text,
         "that is near a pulse: raise the baud rate, or let the receiver send fewer sentences"}};
}

Findings outputs(const Evidence& evidence) {
    Findings findings;
    if (!evidence.ppsd) return findings;
    for (const OutputFacts& output : evidence.ppsd->outputs) {
        const std::string name = "output " + output.name;
        if (!output.problem.empty())
            findings.push_back({name, Verdict::bad, output.problem, {}});
        else if (output.taken == 0 && evidence.ppsd->state == "locked")
            findings.push_back({name, Verdict::doubtful, "no sample was taken yet", {}});
        else
            findings.push_back(
                good(name, fmt::format("{} samples, {} dropped", output.taken, output.dropped)));
    }
    return findings;
}

Finding segment(const UnitFacts& unit) {
    constexpr unsigned for_all = 07;
    constexpr unsigned for_group = 0660;
    const std::string name = fmt::format("unit {}", unit.unit);
    const std::string advice =
        "sudo systemctl restart ppsd-units ppsd, then start the reader again";
    if (!unit.exists) return {name, Verdict::bad, "there is no such segment", advice};
    const std::string text =
        fmt::format("owner {}, group {}, mode {:04o}", unit.owner, unit.group, unit.mode);
    const bool ours_to_keep = unit.unit <= 1;
    if (ours_to_keep && unit.owner != "root") return {name, Verdict::bad, text, advice};
    if (ours_to_keep && (unit.mode & for_all) != 0)
        return {name, Verdict::doubtful, text + ": every user may write to it", advice};
    if (ours_to_keep && (unit.mode & for_group) != for_group)
        return {name, Verdict::doubtful, text + ": the group may not write to it", advice};
    return good(name, text);
}

Findings segments(const Evidence& evidence) {
    Findings findings;
    std::ranges::transform(evidence.segments, std::back_inserter(findings), segment);
    return findings;
}

Findings writers(const Evidence& evidence) {
    const auto* const gpsd = running(evidence, "gpsd");
    if (gpsd == nullptr) return {};
    for (const int unit : gpsd->units)
        if (writes(evidence, unit))
            return {{"writers", Verdict::bad, fmt::format("gpsd writes to unit {}, too", unit),
                     "sudo systemctl disable --now gpsd.socket gpsd, or give ppsd another unit "
                     "(pps-unit, nmea-unit)"}};
    return {{"writers", Verdict::doubtful, "gpsd runs", "it may take the receiver's port"}};
}

Findings readers(const Evidence& evidence) {
    const auto* const chronyd = running(evidence, "chronyd");
    const auto* const ntpd = running(evidence, "ntpd");
    const auto* const timesyncd = running(evidence, "systemd-timesyncd");
    if (chronyd != nullptr && ntpd != nullptr)
        return {
            {"reader", Verdict::bad, "chronyd and ntpd both keep the clock", "remove one of them"}};
    const auto* const one = reader(evidence);
    if (one == nullptr)
        return {{"reader", Verdict::bad, "neither chronyd nor ntpd runs",
                 "sudo apt install chrony, and add the lines of README.md, \"chronyd and ntpd\""}};
    if (timesyncd != nullptr)
        return {{"reader", Verdict::bad, one->name + " and systemd-timesyncd both keep the clock",
                 "sudo systemctl disable --now systemd-timesyncd"}};
    Findings findings{good("reader", fmt::format("{} runs (process {})", one->name, one->pid))};
    const bool reads = std::ranges::any_of(one->units, [&](int u) { return writes(evidence, u); });
    if (evidence.units.empty() || reads) return findings;
    if (!evidence.root)
        findings.push_back({"reads", Verdict::unknown, "which units it reads is told to root alone",
                            "sudo ppsctl check"});
    else
        findings.push_back({"reads", Verdict::bad, one->name + " reads none of ppsd's units",
                            fmt::format("add \"refclock SHM {} refid PPS precision 1e-7\" to its "
                                        "configuration, and start it again",
                                        evidence.units.front())});
    return findings;
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
        return {name, Verdict::bad, "a falseticker: most of the other sources differ from it",
                "compare them (chronyc sources, ntpq -p): if the others are right, look at edge, "
                "nmea-delay and trust"};
    case '~':
        return {name, Verdict::doubtful, "too variable", "look at the jitter of the pulses"};
    default:
        break;
    }
    if (source.reach == 0)
        return {name, Verdict::bad, "no sample reaches it",
                "if ppsd is locked, start the reader again: it attached to a segment that is gone"};
    return {name, Verdict::doubtful, "samples come, but it can't be selected (yet)",
            "wait for a minute; a line with noselect stays so"};
}

/// One that is selected is enough: the others may be there to be compared.
Findings selection(const Evidence& evidence) {
    if (reader(evidence) == nullptr) return {};
    if (!evidence.sources)
        return {{"selection", Verdict::unknown, "the reader can't be asked which source it follows",
                 "chronyc sources, or ntpq -p, as root"}};
    if (evidence.sources->empty())
        return {{"selection", Verdict::bad, "the reader has no local clock among its sources",
                 "add the lines of README.md, \"chronyd and ntpd\", to its configuration"}};
    const auto selected = std::ranges::find(*evidence.sources, '*', &SourceFacts::state);
    if (selected != evidence.sources->end()) return {judge(*selected)};
    Findings findings;
    std::ranges::transform(*evidence.sources, std::back_inserter(findings), judge);
    return findings;
}

Findings leap_list(const Evidence& evidence) {
    constexpr double soon = 30; // days
    const std::string advice = "sudo apt update && sudo apt install tzdata";
    if (!evidence.leap_problem.empty())
        return {{"leap seconds", Verdict::doubtful, evidence.leap_problem, advice}};
    if (!evidence.leap_days) return {};
    if (*evidence.leap_days < 0)
        return {{"leap seconds", Verdict::doubtful,
                 fmt::format("the list expired {:.0f} days ago", -*evidence.leap_days), advice}};
    const std::string text = fmt::format("the list ends in {:.0f} days", *evidence.leap_days);
    if (*evidence.leap_days < soon) return {{"leap seconds", Verdict::doubtful, text, advice}};
    return {good("leap seconds", text)};
}

Findings machine(const Evidence& evidence) {
    Findings findings;
    if (evidence.governor == "powersave" || evidence.governor == "ondemand" ||
        evidence.governor == "schedutil")
        findings.push_back({"processor", Verdict::doubtful,
                            fmt::format("its clock's governor is {}", evidence.governor),
                            "performance gives pulses that scatter less"});
    else if (!evidence.governor.empty())
        findings.push_back(good("processor", "governor " + evidence.governor));
    const auto& words = evidence.facts.board.compatible;
    const bool pi5 = std::ranges::find(words, "brcm,bcm2712") != words.end();
    if (pi5 && !evidence.link_power.empty() && evidence.link_power != "performance")
        findings.push_back(
            {"PCIe", Verdict::doubtful,
             fmt::format("link power saving is {}: stamps are some us late", evidence.link_power),
             "pcie_aspm=off in /boot/firmware/cmdline.txt"});
    if (evidence.disk_needed && *evidence.disk_needed > 1)
        findings.push_back({"disk", Verdict::doubtful, "the recording will want more than is free",
                            "make room, or lower record-size"});
    return findings;
}

constexpr std::array rules{configuration, state,   pulses,    labels,    outputs, segments,
                           writers,       readers, selection, leap_list, machine};

/// To be put behind a colon: the gravest; all is well: how it is.
std::string summary(const Findings& findings, Verdict worst_one) {
    if (worst_one == Verdict::good) {
        std::string text;
        for (const Finding& finding : findings)
            if (finding.name == "state" || finding.name.starts_with("source "))
                text += (text.empty() ? "" : ", ") + finding.text;
        return text;
    }
    const auto gravest = std::ranges::find(findings, worst_one, &Finding::verdict);
    return gravest->name + ": " + gravest->text;
}

} // namespace

std::string_view name(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 4> names{"good", "unknown", "doubtful", "bad"};
    return names[static_cast<std::size_t>(verdict)];
}

Findings check(const Evidence& evidence) {
    Findings all;
    for (const auto& rule : rules)
        for (Finding& finding : rule(evidence))
            all.push_back(std::move(finding));
    return all;
}

Verdict worst(const Findings& findings) noexcept {
    Verdict most = Verdict::good;
    for (const Finding& finding : findings)
        most = std::max(most, finding.verdict);
    return most;
}

std::string findings_text(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings)
        text += fmt::format("{:<9} {:<20} {}{}{}\n", name(finding.verdict), finding.name,
                            finding.text, finding.advice.empty() ? "" : "; ", finding.advice);
    return text;
}

std::string findings_json(const Findings& findings) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const Finding& finding : findings)
        all.push_back({{"check", finding.name},
                       {"verdict", name(finding.verdict)},
                       {"text", finding.text},
                       {"advice", finding.advice}});
    const nlohmann::ordered_json object{{"verdict", name(worst(findings))},
                                        {"findings", std::move(all)}};
    return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string findings_line(const Findings& findings, const Evidence& evidence) {
    constexpr std::array<std::string_view, 4> words{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const Verdict most = worst(findings);
    std::string line =
        fmt::format("PPSD {}: {}", words[static_cast<std::size_t>(monitoring_code(most))],
                    summary(findings, most));
    std::ranges::replace(line, '|', '/'); // figures begin behind one
    if (!evidence.ppsd) return line + "\n";
    std::string figures;
    if (evidence.ppsd->jitter_s)
        figures += fmt::format(" jitter={:.9f}s", *evidence.ppsd->jitter_s);
    if (evidence.ppsd->delay_s) figures += fmt::format(" delay={:.6f}s", *evidence.ppsd->delay_s);
    return figures.empty() ? line + "\n" : line + " |" + figures + "\n";
}

int monitoring_code(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::good:
        return 0;
    case Verdict::doubtful:
        return 1;
    case Verdict::bad:
        return 2;
    case Verdict::unknown:
        break;
    }
    return 3;
}

} // namespace ppsd::app
