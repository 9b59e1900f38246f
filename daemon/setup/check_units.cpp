#include "daemon/setup/check_rules.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace ppsd::app {
namespace {

using Verdict = Finding::Verdict;

/// The first of the program's units that ppsd writes to as well.
std::optional<int> shared_unit(const ProgramFacts& program, const Evidence& evidence) {
    const auto shared = std::ranges::find_first_of(program.units, evidence.units);
    return shared == program.units.end() ? std::nullopt : std::optional{*shared};
}

constexpr std::string_view other_unit = "give ppsd another unit (pps-unit, nmea-unit)";

Finding gpsd_writes(const ProgramFacts& gpsd, const Evidence& evidence) {
    if (const auto unit = shared_unit(gpsd, evidence))
        return {"writers", Verdict::bad, fmt::format("gpsd also writes to unit {}", *unit),
                fmt::format("sudo systemctl disable --now gpsd.socket gpsd, or {}", other_unit)};
    return {"writers", Verdict::doubtful, "gpsd runs, and may open the receiver's port",
            "sudo systemctl disable --now gpsd.socket gpsd"};
}

/// Attached so that it can write, and no reader of units that is known.
bool may_write(const ProgramFacts& program) {
    constexpr std::array readers{"chronyd", "ntpd", "gpsd", "ppsd"};
    return program.pid != 0 && std::ranges::find(readers, program.name) == readers.end();
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

} // namespace

Findings check_segments(const Evidence& evidence) {
    Findings findings;
    for (const UnitFacts& unit : evidence.segments)
        findings.push_back(segment(unit, evidence.service));
    return findings;
}

Findings check_writers(const Evidence& evidence) {
    Findings findings;
    if (const auto* const gpsd = running(evidence.facts, "gpsd"))
        findings.push_back(gpsd_writes(*gpsd, evidence));
    const ProgramFacts* first = nullptr;
    for (const ProgramFacts& program : evidence.facts.programs) {
        const auto unit = shared_unit(program, evidence);
        if (!unit) continue;
        if (program.name == "ppsd" && std::exchange(first, &program) != nullptr)
            findings.push_back({"writers", Verdict::bad,
                                fmt::format("two ppsd have unit {}", *unit),
                                "give each its own units (pps-unit, nmea-unit), or stop one"});
        else if (may_write(program))
            findings.push_back({"writers", Verdict::doubtful,
                                fmt::format("{} (process {}) may also write to unit {}",
                                            program.name, program.pid, *unit),
                                fmt::format("unless it only reads: stop it, or {}", other_unit)});
    }
    return findings;
}

// Debian's profile lets chronyd have /run/chrony.*.sock, and segments that its rights as root
// without CAP_IPC_OWNER reach.
Findings check_confinement(const Evidence& evidence) {
    if (!evidence.confinement.ends_with("(enforce)")) return {};
    Findings findings;
    for (const std::string& path : evidence.sockets)
        if (!path.starts_with("/run/chrony.") || !path.ends_with(".sock"))
            findings.push_back({"AppArmor", Verdict::bad,
                                fmt::format("Debian's profile keeps chronyd from {}", path),
                                "take /run/chrony.ppsd.sock, in ppsd.conf and in chrony.conf"});
    constexpr unsigned for_others = 06;
    for (const UnitFacts& unit : evidence.segments)
        if (unit.unit > 1 && unit.exists && unit.owner != "root" &&
            (unit.mode & for_others) != for_others)
            findings.push_back(
                {"AppArmor", Verdict::bad,
                 fmt::format("Debian's profile keeps chronyd from unit {}, which is {}'s",
                             unit.unit, unit.owner),
                 "take unit 0 or 1: root makes these"});
    return findings;
}

} // namespace ppsd::app
