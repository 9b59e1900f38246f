// Which source chronyd or ntpd follows, as lines for a person. Pure.
#pragma once

#include "daemon/observe/ntp_status.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

/// The first line says which one it follows, or why that isn't known; then one for each source:
/// "* PPS  stratum 0, reach 377, offset +12.0 ns". Offsets are as chronyc has them: positive, if
/// the system clock is ahead. Plain ASCII.
[[nodiscard]] std::vector<std::string> ntp_choice(const NtpStatus& status);

} // namespace ppsd::app
