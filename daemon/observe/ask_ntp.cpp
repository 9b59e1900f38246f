#include "daemon/observe/ask_ntp.hpp"

#include "hal/run_program.hpp"

namespace ppsd {

NtpStatus ask_ntp() {
    constexpr std::chrono::seconds patience{3};
    const auto chronyc =
        hal::run_program({"chronyc", "-c", "-n", "-m", "tracking", "sources", "clients"}, patience);
    NtpStatus chronyd = parse_chronyc(chronyc.code, chronyc.out);
    if (chronyd.problem.empty()) return chronyd;
    const auto ntpq = hal::run_program({"ntpq", "-n", "-u", "-c", "rv", "-c", "peers"}, patience);
    NtpStatus ntpd = parse_ntpq(ntpq.code, ntpq.out);
    return ntpd.problem.empty() ? ntpd : chronyd;
}

} // namespace ppsd
