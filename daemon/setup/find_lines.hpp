// Which GPIO lines a pulse could be on, and which may be looked at.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/gpio_lines.hpp"
#include "hal/machine_files.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

/// All lines of all chips; LineFacts::unseen says why one is left alone: somebody has it, it is an
/// output, or its pin serves a UART or a bus, which requesting the line would cut off on many pin
/// controllers. The kernel tells which chips' lines are pins, and how pins are set up, but only to
/// root, and only where debugfs is mounted (Linux, Documentation/driver-api/pin-control.rst): what
/// it doesn't tell is left alone, but on boards whose row says that it does no harm.
/// Chips that can't be asked are added to `problems`.
[[nodiscard]] std::vector<LineFacts> find_lines(const std::vector<hal::GpioChipInfo>& chips,
                                                const BoardFacts& board,
                                                const hal::MachineFiles& files,
                                                std::vector<std::string>& problems);

} // namespace ppsd::app
