// ppsctl's commands: a row each in ppsctl_commands.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// What follows the command's name on the command line.
using Arguments = std::vector<std::string>;

struct PpsctlCommand {
    std::string_view name;
    std::string_view usage; ///< "watch [UNIT…] [--count N]"
    std::string_view summary;
    int (*run)(const Arguments&); ///< gives the exit code; throws hal::UsageError and others
};

[[nodiscard]] std::span<const PpsctlCommand> ppsctl_commands() noexcept;

/// Runs what the whole command line (without the program's name) asks for; gives the exit code.
/// Throws hal::UsageError for an unknown command, naming the nearest.
[[nodiscard]] int run_ppsctl(const Arguments& arguments);

} // namespace ppsd::app
