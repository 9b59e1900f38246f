#include "daemon/ctl/ntp_choice.hpp"

#include "daemon/text/log.hpp"
#include "daemon/text/scaled.hpp"

#include <fmt/format.h>

namespace ppsd::app {
namespace {

std::string choice(const NtpStatus& status) {
    if (!status.tracking) return "NTP daemon unknown: " + status.problem;
    const Tracking& tracking = *status.tracking;
    const std::string& leap = tracking.leap;
    if (leap == "Not synchronised") return status.program + " has selected no source yet";
    return fmt::format("{} follows {}: stratum {}, rms offset {}{}", status.program, tracking.name,
                       tracking.stratum, scaled(tracking.rms_offset),
                       leap == "Normal" ? "" : ", " + leap);
}

} // namespace

std::vector<std::string> ntp_choice(const NtpStatus& status) {
    std::vector<std::string> lines{ascii_only(choice(status))};
    for (const NtpSource& source : status.sources)
        lines.push_back(ascii_only(fmt::format("{} {}  stratum {}, reach {:o}, offset {}",
                                               source.state, source.name, source.stratum,
                                               source.reach, scaled_offset(source.offset))));
    return lines;
}

} // namespace ppsd::app
