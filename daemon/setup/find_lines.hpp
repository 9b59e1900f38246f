// Which GPIO lines a pulse could be on, and which may be looked at.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/gpio_lines.hpp"
#include "hal/machine_files.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

/// All lines of all chips; LineFacts::unseen says why one is left alone: somebody has it, it is an
/// output, or its pin serves a UART or a bus, which requesting the line would cut off. Where a
/// board's row says that pins are lines, the kernel tells which pins serve what, but only root, and
/// only where debugfs is mounted (Linux, Documentation/driver-api/pin-control.rst). Else only the
/// header's lines are looked at that serve nothing by custom. Chips that can't be asked are added
/// to `problems`.
[[nodiscard]] std::vector<LineFacts> find_lines(const std::vector<hal::GpioChipInfo>& chips,
                                                const BoardFacts& board,
                                                const hal::MachineFiles& files,
                                                std::vector<std::string>& problems);

} // namespace ppsd::app
