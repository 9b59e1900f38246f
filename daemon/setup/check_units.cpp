#include "daemon/setup/check_rules.hpp"

#include <ntpdshm/layout.hpp>

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
    constexpr std::array readers{"chronyd", "ntpd", "gpsd", "ppsd", "ntpshmmon"};
    return program.pid != 0 && std::ranges::find(readers, program.name) == readers.end();
}

/// Debian's profile of chronyd: @{run}/chrony.*.sock and @{run}/chrony/*, where * is no '/'.
bool profile_allows(std::string_view path) {
    if (path.starts_with("/var/run/")) path.remove_prefix(std::string_view{"/var"}.size());
    const auto name_behind = [path](std::string_view prefix) {
        const bool here = path.starts_with(prefix) && path.size() > prefix.size();
        const auto name = here ? path.substr(prefix.size()) : std::string_view{};
        return name.find('/') == std::string_view::npos ? name : std::string_view{};
    };
    return !name_behind("/run/chrony/").empty() || name_behind("/run/chrony.").ends_with(".sock");
}

/// As /proc has it, by the name of AppArmor 2 or 3.
bool has_debians_profile(const std::string& program, const std::string& profile) {
    return profile == program + " (enforce)" || profile == "/usr/sbin/" + program + " (enforce)";
}

/// chronyd and ntpd attach as root, before they become users of their own; in Debian's profiles
/// (/etc/apparmor.d/usr.sbin.chronyd, usr.sbin.ntpd) without CAP_IPC_OWNER, so that a segment's
/// rights count (sysvipc(7)).
bool root_may_attach(const UnitFacts& unit) {
    constexpr unsigned read_and_write = 06;
    const unsigned rights = unit.owner == "root"   ? unit.mode >> 6U
                            : unit.group == "root" ? unit.mode >> 3U
                                                   : unit.mode;
    return (rights & read_and_write) == read_and_write;
}

unsigned key_of(int unit) {
    return static_cast<unsigned>(ntpdshm::key_base) + static_cast<unsigned>(unit);
}

Finding segment(const UnitFacts& unit, const std::string& service) {
    constexpr unsigned for_all = 07;
    constexpr unsigned for_group = 0660;
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
                fmt::format("stop chronyd or ntpd; sudo ipcrm -M {:#x}; {}; start it again",
                            key_of(unit.unit), restart)};
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
    for (const int unit : evidence.units) {
        const auto has_it = [unit](const ProgramFacts& program) {
            return program.name == "ppsd" && std::ranges::count(program.units, unit) > 0;
        };
        if (std::ranges::count_if(evidence.facts.programs, has_it) > 1)
            findings.push_back({"writers", Verdict::bad,
                                fmt::format("two ppsd processes have unit {}", unit),
                                "give each its own units (pps-unit, nmea-unit), or stop one"});
    }
    for (const ProgramFacts& program : evidence.facts.programs) {
        const auto unit = shared_unit(program, evidence);
        if (unit && may_write(program))
            findings.push_back({"writers", Verdict::doubtful,
                                fmt::format("{} (process {}) may also write to unit {}",
                                            program.name, program.pid, *unit),
                                fmt::format("unless it only reads: stop it, or {}", other_unit)});
    }
    return findings;
}

Findings check_confinement(const Evidence& evidence) {
    Findings findings;
    const auto* const one = reader(evidence);
    if (one == nullptr || !has_debians_profile(one->name, evidence.confinement)) return findings;
    for (const std::string& path : evidence.sockets)
        if (one->name == "chronyd" && !profile_allows(path))
            findings.push_back({"AppArmor", Verdict::bad,
                                fmt::format("Debian's profile keeps chronyd from {}", path),
                                "in ppsd.conf and chrony.conf use /run/chrony.ppsd.sock, for the "
                                "sentences /run/chrony.ppsd-nmea.sock"});
    for (const UnitFacts& unit : evidence.segments)
        if (unit.exists && !root_may_attach(unit))
            findings.push_back(
                {"AppArmor", Verdict::bad,
                 fmt::format("Debian's profile keeps {} from unit {}: owner {}, group {}, mode "
                             "{:04o}",
                             one->name, unit.unit, unit.owner, unit.group, unit.mode),
                 fmt::format("stop {0} and {1}; sudo ipcrm -M {2:#x}; start {1}, then {0}",
                             one->name, evidence.service, key_of(unit.unit))});
    return findings;
}

} // namespace ppsd::app
