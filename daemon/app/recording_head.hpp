// What a recording must say beside what came in, so that its replay needs nothing else: the options
// that decide what becomes of it, and the list of leap seconds.
#pragma once

#include "daemon/app/options.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// The options that a recording keeps, and that a replay can change.
[[nodiscard]] const std::vector<std::string>& recorded_keys();

/// An option's value as the command line takes it; empty: there is none.
[[nodiscard]] std::string option_text(const Options& options, std::string_view key);

/// The not-before of the recording's first run; nothing if there is none, or it can't be read.
[[nodiscard]] std::optional<hal::UtcSecond> recorded_not_before(const std::string& path);

/// The lines of a leap-seconds.list that are no comment.
[[nodiscard]] std::vector<std::string> leap_lines(std::string_view list);

/// The lines for hal::recording: Program, Options, LeapLines. leap_list: a leap-seconds.list; what
/// is none gives no LeapLines.
[[nodiscard]] std::string recording_head(const Options& options, std::string_view leap_list);

/// The same, with what options.leap_file holds.
[[nodiscard]] std::string recording_head(const Options& options);

} // namespace ppsd::app
