// Lengths of time in the unit that a person reads.
#pragma once

#include <string>

namespace ppsd::app {

/// Three digits (from 1000 s on all of them), and the largest unit in which it is 1 or more: "450
/// ns", "12.3 ms", "100 s". Below 1 ns "0 ns"; what is no number "unknown".
[[nodiscard]] std::string scaled(double seconds);

/// The same with its sign, as offsets have it: "+12.3 ms", "-138 us".
[[nodiscard]] std::string scaled_offset(double seconds);

} // namespace ppsd::app
