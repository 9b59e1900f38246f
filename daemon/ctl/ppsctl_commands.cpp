#include "daemon/ctl/ppsctl_commands.hpp"

#include "daemon/settings/config_file.hpp"
#include "daemon/settings/options.hpp"

#include <array>

namespace ppsd::app {

extern const PpsctlCommand detect_command, setup_command, check_command, feed_command,
    receiver_command, report_command, simulate_command, status_command, top_command, watch_command,
    labels_command, replay_command;

namespace {

using hal::UsageError;

// In the order of the help.
constexpr std::array commands{&detect_command, &receiver_command, &setup_command,
                              &check_command,  &status_command,   &top_command,
                              &watch_command,  &report_command,   &feed_command,
                              &labels_command, &simulate_command, &replay_command};

int help() {
    fmt::print("ppsctl: what a person runs beside ppsd\n\n");
    for (const auto* command : commands)
        fmt::print("  ppsctl {:<64} {}\n", command->usage, command->summary);
    fmt::print("\nppsctl COMMAND --help says more; ppsctl --version prints the version.\n");
    return 0;
}

} // namespace

std::span<const PpsctlCommand* const> ppsctl_commands() noexcept {
    return commands;
}

int run_ppsctl(const Arguments& arguments) {
    if (arguments.empty()) throw UsageError("a command is wanted; see ppsctl --help");
    const std::string& name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help") return help();
    if (name == "--version") return fmt::print("ppsctl {}\n", version()), 0;
    std::vector<std::string> names;
    for (const auto* command : commands) {
        if (command->name == name) return command->run({arguments.begin() + 1, arguments.end()});
        names.emplace_back(command->name);
    }
    throw UsageError(
        fmt::format("unknown command '{}'{}; see ppsctl --help", name, did_you_mean(name, names)));
}

} // namespace ppsd::app
