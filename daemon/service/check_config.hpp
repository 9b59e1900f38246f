// What is wrong with a configuration, told without running.
#pragma once

#include "daemon/settings/options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ppsd::app {

/// A line for each thing that would keep a daemon with these options from starting, or of which it
/// would warn: as far as it shows without opening a device. Places as in "/etc/ppsd.conf:7: ".
[[nodiscard]] std::vector<std::string> problems_of(const Options& options);

/// What is wrong with a list of leap seconds, in one line that names it; nothing: nothing is.
[[nodiscard]] std::optional<std::string> problem_of_leap_file(const std::string& path);

/// --check-config: says all that is wrong on stderr, or on stdout that nothing is. The exit code.
[[nodiscard]] int check_config(const Command& command);

} // namespace ppsd::app
