// What is known of a machine on which ppsd should run: facts, what ppsd says of itself, and what
// the reader says of ppsd.
#pragma once

#include "daemon/setup/facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ppsd::app {

/// A segment that ppsd should write to.
struct UnitFacts {
    int unit = 0;
    bool exists = false;
    std::string owner; ///< "root"
    std::string group; ///< "ppsd"
    unsigned mode = 0; ///< permission bits
};

struct OutputFacts {
    std::string name; ///< "shm:1"
    std::uint64_t taken = 0;
    std::uint64_t dropped = 0;
    std::string problem; ///< as ppsd says it
};

/// What ppsd says of itself.
struct PpsdFacts {
    std::string state;  ///< "locked"
    std::string reason; ///< where a state has several, or a lock has gaps: "no-edge"
    std::string explanation;
    double for_s = 0; ///< that it is in that state
    std::optional<double> delay_s;
    std::optional<double> jitter_s;
    std::vector<OutputFacts> outputs;
    std::optional<double> line_load; ///< of the receiver's line, 0 to 1
    std::optional<double> baud;      ///< at which ppsd listens
};

/// The answer of ppsd's status socket; nothing if it isn't one.
[[nodiscard]] std::optional<PpsdFacts> parse_status(const std::string& json);

/// A source of chronyd or ntpd that is a local clock.
struct SourceFacts {
    std::string name; ///< "PPS", "SHM(1)"
    /// As chronyc(1) has it: * selected, + combined, - not combined, ? unusable, x falseticker,
    /// ~ too variable.
    char state = '?';
    unsigned reach = 0; ///< the last eight polls, a bit each
    /// Why it is not selected: the first column of `chronyc selectdata` (chronyc(1)). 0: unknown.
    char why = 0;
};

/// Of `chronyc -c -n sources` (chronyc(1): mode, state, name, stratum, poll, reach, …).
[[nodiscard]] std::vector<SourceFacts> parse_chronyc_sources(const std::string& csv);

/// Of `chronyc -c -n selectdata` (state, name, …): sets `why` of those sources.
void add_selection(const std::string& csv, std::vector<SourceFacts>& sources);

/// Of `ntpq -n -p` (ntpq(8): tally code, remote, refid, st, t, when, poll, reach, …). ntpd's tally
/// codes are said as chronyc's.
[[nodiscard]] std::vector<SourceFacts> parse_ntpq_peers(const std::string& table);

/// More than ten members: one for each thing that is looked at.
struct Evidence {
    Facts facts;
    std::string service = "ppsd";             ///< of an instance "ppsd@NAME"
    std::string config;                       ///< the file that was read
    std::vector<std::string> config_problems; ///< as ppsd --check-config says them
    std::vector<int> units;                   ///< that ppsd should write to
    std::optional<int> pps_unit;  ///< that the pulses go to; nothing: they have another way
    bool delay_is_set = false;    ///< nmea-delay
    std::optional<unsigned> baud; ///< that ppsd should listen at
    std::optional<PpsdFacts> ppsd;
    std::string ppsd_unasked; ///< why ppsd could not be asked; "": it doesn't run
    bool ppsd_stuck = false;  ///< it runs, and doesn't answer
    std::vector<UnitFacts> segments;
    /// The reader's AppArmor profile as /proc has it: "/usr/sbin/chronyd (enforce)"; "": unknown.
    std::string confinement;
    std::vector<std::string> sockets;                ///< of chronyd, that ppsd should send to
    std::optional<std::vector<SourceFacts>> sources; ///< nothing: the reader doesn't say
    std::string leap_problem;                        ///< of the list of leap seconds
    std::optional<double> leap_days;                 ///< until the list expires
    std::string governor;              ///< of the first processor's clock; "": it has none
    std::string link_power;            ///< policy of PCIe links, "default"; "": no PCIe
    std::optional<double> disk_needed; ///< part of the free disk that the recording will want
    bool root = false;                 ///< run as root: what was not found does not exist
};

} // namespace ppsd::app
