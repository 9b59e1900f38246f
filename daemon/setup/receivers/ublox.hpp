// What u-blox receivers of all generations have in common.
#pragma once

#include "daemon/setup/receivers/protocol.hpp"

#include <vector>

namespace ppsd::receivers::ublox {

/// UBX-MON-VER (u-blox UBX-13003221, 32.16.13; UBX-22008968, 3.14.13).
[[nodiscard]] std::string hello();
/// Its answer: who it is. protocol: "18.00" to 1800; 0: it doesn't say, as before u-blox 7.
struct Version {
    Identity identity;
    unsigned protocol = 0;
};
[[nodiscard]] std::optional<Version> version_of(const Packet& packet);

/// From this protocol version on all is set by CFG-VALSET: u-blox 9, 10 and 20. (23.01, of some
/// u-blox 8, has it for some settings.)
inline constexpr unsigned valset_from = 2700;

/// UBX-MON-HW, MON-RF, NAV-TIMELS and NAV-TIMEGPS, a question each.
[[nodiscard]] std::vector<std::string> questions();
void note(const Packet& packet, Condition& condition);

/// UBX-ACK-ACK and UBX-ACK-NAK.
[[nodiscard]] std::optional<Answer> acknowledgment(const Packet& packet);

/// CFG-NAV5's and CFG-NAVSPG-DYNMODEL's.
inline constexpr std::uint8_t stationary = 2;
[[nodiscard]] std::string_view model_text(unsigned model);

} // namespace ppsd::receivers::ublox
