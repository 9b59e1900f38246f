// What needs root before a daemon without rights can run.
#pragma once

#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"

namespace ppsd::app {

/// Makes those segments that only root may make, units 0 and 1, as far as the options use them, and
/// lets group "ppsd" write to them, if there is one; also to those that chronyd or ntpd made. Other
/// units are left to the daemon. Throws ntpdshm::SegmentError.
void prepare_segments(const Options& options, const Log& log);

} // namespace ppsd::app
