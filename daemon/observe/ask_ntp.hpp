// Asks the NTP daemon of this machine.
#pragma once

#include "daemon/observe/ntp_status.hpp"

#include <chrono>

namespace ppsd {

/// chronyd by chronyc; where that has no answer, ntpd by ntpq, if there is one. As this user may;
/// it may wait for seconds. One run of chronyc for all, since a process is what costs.
[[nodiscard]] NtpStatus ask_ntp();

/// Until the next question: ntpq is a Python program, which costs 0.1 s of a processor.
[[nodiscard]] inline std::chrono::seconds ask_again_after(const NtpStatus& status) noexcept {
    return std::chrono::seconds{status.program == "ntpd" && status.problem.empty() ? 60 : 10};
}

} // namespace ppsd
