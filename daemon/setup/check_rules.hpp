// The rules of `ppsctl check` that have a file of their own, and what they share with the others.
#pragma once

#include "daemon/setup/evidence.hpp"
#include "daemon/setup/findings.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ppsd::app {

using Findings = std::vector<Finding>;

[[nodiscard]] inline Finding good(std::string name, std::string text) {
    return {std::move(name), Finding::Verdict::good, std::move(text), {}};
}

/// The units: whose they are, who else writes to them, and whether the reader may have them.
[[nodiscard]] Findings check_segments(const Evidence& evidence);
[[nodiscard]] Findings check_writers(const Evidence& evidence);
[[nodiscard]] Findings check_confinement(const Evidence& evidence);

/// chronyd or ntpd: whether one runs, reads the pulses, and has selected them.
[[nodiscard]] Findings check_reader(const Evidence& evidence);
[[nodiscard]] Findings check_reading(const Evidence& evidence);
[[nodiscard]] Findings check_selection(const Evidence& evidence);

/// The program that keeps the clock; nullptr: none runs.
[[nodiscard]] const ProgramFacts* reader(const Evidence& evidence);

} // namespace ppsd::app
