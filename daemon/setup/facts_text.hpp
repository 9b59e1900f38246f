// Facts for a person.
#pragma once

#include "daemon/setup/facts.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

/// Some lines for each: board, ports, pulses, clock software; and what to write into ppsd.conf
/// where a receiver was found.
[[nodiscard]] std::string facts_text(const Facts& facts);

/// What ppsd.conf needs of what was found; "": it was not.
struct FoundSettings {
    std::string pps;  ///< "gpio:GPIO18", "pps:/dev/pps0"
    std::string nmea; ///< "uart:/dev/serial0"
    std::string baud; ///< "9600"
};
[[nodiscard]] FoundSettings settings_of(const Facts& facts);

/// The port on which a receiver names seconds, or at least sends sentences; nullptr: none does.
[[nodiscard]] const PortFacts* receiver_of(const Facts& facts);

/// The line on which there is a pulse a second, whose polarity is known if there are several;
/// nullptr: there is none.
[[nodiscard]] const LineFacts* pulse_of(const Facts& facts);

/// Whatever has a pulse a second, as ppsd.conf names it: lines whose polarity is known, other
/// lines, the kernel's devices.
[[nodiscard]] std::vector<std::string> pulses_of(const Facts& facts);

} // namespace ppsd::app
