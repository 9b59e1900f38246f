// What ppsd could open as root and not again as another user.
#pragma once

#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"

namespace ppsd::app {

/// A warning for each thing that we may not open again, once it was unplugged or is full.
void warn_of_what_cannot_reopen(const Options& options, const Log& log);

} // namespace ppsd::app
