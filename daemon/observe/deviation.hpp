// How stable the offsets are over a time tau: Allan, modified Allan and time deviation. Pure.
#pragma once

#include "daemon/observe/curve.hpp"

#include <cstdint>
#include <vector>

namespace ppsd {

/// One for each tau; NIST SP 1065 (Riley, Handbook of Frequency Stability Analysis, 2008),
/// chapter 5.
struct Deviation {
    double tau = 0;      ///< s
    double adev = 0;     ///< overlapping Allan deviation, a ratio
    double mdev = 0;     ///< modified Allan deviation, a ratio
    double tdev = 0;     ///< time deviation, s: mdev tau / sqrt 3
    std::uint64_t n = 0; ///< second differences that adev is the mean of
};

/// For tau = step, 2 step, 4 step, … of phases that are `step` seconds apart, in s; NaN where there
/// was none, which is left out. A tau is given where at least 8 differences of it are known.
[[nodiscard]] std::vector<Deviation> deviations(const std::vector<double>& phases, double step);
/// The same of offsets; a gap in their times is a gap.
[[nodiscard]] std::vector<Deviation> deviations(const Trace& offsets);

} // namespace ppsd
