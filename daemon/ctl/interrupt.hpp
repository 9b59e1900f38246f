// Ctrl-C for the commands that go on until it comes.
#pragma once

namespace ppsd::app {

/// From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT don't end the process; they interrupt a sleep,
/// and:
void catch_interrupts() noexcept;

/// Whether one has come.
[[nodiscard]] bool interrupted() noexcept;

} // namespace ppsd::app
