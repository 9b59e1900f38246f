#include "daemon/setup/check_rules.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

using Verdict = Finding::Verdict;

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

constexpr const char* prefer = "if the pulses should win, add prefer to their line (not to that of "
                               "the sentences)";

/// Which of chronyd's tests a source fails that brings samples.
struct WhyNot {
    char letter; ///< first column of `chronyc selectdata`, chronyc(1)
    const char* text;
    const char* advice;

    [[nodiscard]] Finding finding(const std::string& name) const {
        return {name, Verdict::doubtful, text, advice};
    }
};
constexpr std::array why_nots{
    WhyNot{'N', "its line has noselect: chronyd compares it, and never selects it",
           "remove noselect from its line in /etc/chrony/chrony.conf or conf.d"},
    WhyNot{'M', "chronyd has too few samples of it yet", "wait a minute"},
    WhyNot{'d', "its error bound is above chronyd's maxdistance",
           "ppsctl status shows whether samples go out; check the option delay on its line"},
    WhyNot{'w', "chronyd waits for the first samples of other sources", "wait a minute"},
    WhyNot{'S', "its samples are older than those of other sources",
           "ppsctl status shows whether samples go out now"},
    WhyNot{'O', "its stratum is not below that on the line \"local\" with orphan",
           "remove stratum from its line in chrony.conf"},
    WhyNot{'T', "it disagrees with the sources whose line has trust",
           "compare with chronyc sources; if the others are right, check edge, pps-delay and "
           "nmea-delay in ppsd.conf"},
    WhyNot{'W', "chronyd waits for more sources (minsources), or for one with require",
           "make those sources reachable, or change these options in chrony.conf"},
    WhyNot{'s', "it says that it is not synchronised", "ppsctl status says what ppsd waits for"},
    WhyNot{'P', "another source has prefer", prefer},
    WhyNot{'U', "chronyd waits for its next sample", "wait a minute"},
    WhyNot{'D', "its error bound is too large to be combined with the selected source's", prefer}};

const WhyNot* why_not(char letter) {
    const auto* const found = std::ranges::find(why_nots, letter, &WhyNot::letter);
    return found == why_nots.end() ? nullptr : found;
}

Finding judge(const SourceFacts& source) {
    const std::string name = "source " + source.name;
    switch (source.state) {
    case '*':
        return good(name, "selected");
    case '+':
        return good(name, "combined with the one that is selected");
    case '-':
        if (const WhyNot* const why = why_not(source.why)) return why->finding(name);
        return {name, Verdict::doubtful, "usable, but another source is preferred", prefer};
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
    if (const WhyNot* const why = why_not(source.why)) return why->finding(name);
    return {name, Verdict::doubtful, "it receives samples, but is not selected",
            "wait a minute; a source with noselect is never selected"};
}

/// Beside one that is selected, others may be there to be compared (noselect).
bool is_to_be_told(const SourceFacts& source, bool selected, std::size_t sources) {
    const bool compared = source.state == '?' && source.reach != 0;
    // Of several, those with noselect are there to be compared.
    if (source.why == 'N' && sources > 1) return false;
    return !selected || (!compared && source.state != '-' && source.state != '+');
}

} // namespace

const ProgramFacts* reader(const Evidence& evidence) {
    const auto* const chronyd = running(evidence.facts, "chronyd");
    return chronyd != nullptr ? chronyd : running(evidence.facts, "ntpd");
}

Findings check_reader(const Evidence& evidence) {
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
Findings check_reading(const Evidence& evidence) {
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

Findings check_selection(const Evidence& evidence) {
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
        if (is_to_be_told(source, selected, evidence.sources->size()))
            findings.push_back(judge(source));
    return findings;
}

} // namespace ppsd::app
