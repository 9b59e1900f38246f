// Which options a recording keeps: those that decide what becomes of what comes in.
#pragma once

#include "daemon/settings/options.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// The keys of those, in the order of a recording's head; published-before is what the service
/// found.
[[nodiscard]] const std::vector<std::string>& recorded_keys();

/// Those of them that ppsctl replay can change.
[[nodiscard]] std::vector<std::string> replay_keys();

/// An option's value as the command line takes it; empty: there is none.
[[nodiscard]] std::string option_text(const Options& options, std::string_view key);

/// The not-before of the recording's first run; nothing if there is none, or it can't be read.
[[nodiscard]] std::optional<hal::UtcSecond> recorded_not_before(const std::string& path);

} // namespace ppsd::app
