// What a recording must say beside what came in, so that its replay needs nothing else: the options
// that decide what becomes of it, and the list of leap seconds.
#pragma once

#include "daemon/settings/options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// The lines of a leap-seconds.list that are no comment.
[[nodiscard]] std::vector<std::string> leap_lines(std::string_view list);

/// The lines for hal::recording: Program, Options, LeapLines. leap_list: a leap-seconds.list; what
/// is none gives no LeapLines.
[[nodiscard]] std::string recording_head(const Options& options, std::string_view leap_list);

/// The same, with what options.leap_file holds.
[[nodiscard]] std::string recording_head(const Options& options);

} // namespace ppsd::app
