// All that is known at one moment, and what it means for the person who looks. Pure.
#pragma once

#include "daemon/observe/ntp_status.hpp"
#include "daemon/observe/series.hpp"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace ppsd::web {

/// What ppsd's status socket says (service/status.hpp), as far as it is used here.
struct PpsdStatus {
    std::string json; ///< the whole answer: one object
    std::string version;
    std::string state; ///< "locked"
    std::string explanation;
    int pid = 0;
    double running = 0;   ///< s
    double state_for = 0; ///< s
    std::uint64_t renumbered = 0;
    std::uint64_t clock_steps = 0;
    std::uint64_t baud = 0; ///< of the receiver's line; 0: not known, or it has no rate
    std::optional<std::int64_t> sample_second; ///< the last sample's
    std::optional<double> sample_ago;          ///< when it was published, s
    double offset = unknown;                   ///< its, s
    double jitter = unknown;                   ///< s
    double delay = unknown;                    ///< s
    double period = unknown;                   ///< s
    double satellites = unknown;
    double signal = unknown; ///< dB-Hz
};

/// Nothing if it isn't what ppsd says. Throws nothing.
[[nodiscard]] std::optional<PpsdStatus> parse_ppsd(const std::string& json);

struct Snapshot {
    std::int64_t time = 0;          ///< s since 1970
    std::optional<PpsdStatus> ppsd; ///< nothing: it doesn't answer
    std::string ppsd_problem;       ///< why
    NtpStatus ntp;
    double temperature = unknown; ///< degC
};

struct Verdict {
    std::string level; ///< "good", "warning", "bad", "unknown"
    std::string headline;
    std::string detail;
    bool operator==(const Verdict&) const = default;
};

/// In words that somebody understands who doesn't know ppsd.
[[nodiscard]] Verdict verdict(const Snapshot& snapshot);

/// The second's values. `before` is the snapshot before it: a sample that it had is not had again.
[[nodiscard]] Point point_of(const Snapshot& snapshot, const std::optional<Snapshot>& before);

} // namespace ppsd::web
