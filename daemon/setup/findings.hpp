// What a check found, and how it is said.
#pragma once

#include "daemon/setup/evidence.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

struct Finding {
    /// In order of gravity.
    enum class Verdict : std::uint8_t { good, unknown, doubtful, bad };
    std::string name; ///< what was looked at, "state"
    Verdict verdict = Verdict::good;
    std::string text;   ///< how it is
    std::string advice; ///< what to do; "" if nothing
};

/// "good"
[[nodiscard]] std::string_view name(Finding::Verdict verdict) noexcept;

/// The gravest of them.
[[nodiscard]] Finding::Verdict worst(const std::vector<Finding>& findings) noexcept;

/// A line each, aligned; its verdict in a colour, if that is wanted: green, yellow, red for bad.
[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings, bool colour = false);

/// {"verdict": the worst, "findings": [{"check", "verdict", "text", "advice"}…]}
[[nodiscard]] std::string findings_json(const std::vector<Finding>& findings);

/// A line as Nagios and Icinga take it ("PPSD OK: …"), with the jitter and the delay behind "|"
/// (Monitoring Plugins Development Guidelines).
[[nodiscard]] std::string findings_line(const std::vector<Finding>& findings,
                                        const Evidence& evidence);

/// And the exit code that goes with it: 0 good, 1 doubtful, 2 bad, 3 unknown.
[[nodiscard]] int monitoring_code(Finding::Verdict verdict) noexcept;

} // namespace ppsd::app
