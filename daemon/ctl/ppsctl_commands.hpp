// ppsctl's commands.
#pragma once

#include "daemon/ctl/command.hpp"

#include <span>

namespace ppsd::app {

[[nodiscard]] std::span<const PpsctlCommand* const> ppsctl_commands() noexcept;

/// Runs what the whole command line (without the program's name) asks for; gives the exit code.
/// Throws hal::UsageError for an unknown command, naming the nearest.
[[nodiscard]] int run_ppsctl(const Arguments& arguments);

} // namespace ppsd::app
