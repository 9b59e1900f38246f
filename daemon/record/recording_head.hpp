// What a recording must say beside what came in and the list of leap seconds, so that its replay
// needs nothing else: the options that decide what becomes of it.
#pragma once

#include "daemon/settings/options.hpp"

#include <string>

namespace ppsd::app {

/// The lines for hal::recording: Program and Options. The list of leap seconds is the recorder's.
[[nodiscard]] std::string recording_head(const Options& options);

} // namespace ppsd::app
