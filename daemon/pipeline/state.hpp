// What ppsd is doing, in a word and in a line for the log.
#pragma once

#include <cstdint>
#include <string_view>

namespace ppsd::app {

enum class State : std::uint8_t {
    starting,    ///< nothing has had time to come
    no_bytes,    ///< nothing arrives from the receiver
    no_labels,   ///< sentences come, but none that says a whole second with a date
    no_fix,      ///< the receiver says that it doesn't know
    no_pulses,   ///< labels come, and no pulses
    searching,   ///< both come; which second a pulse was is not yet known
    straddling,  ///< the labels come so near to a whole second that it can't be known
    locked,      ///< samples are published
    holdover,    ///< labels stopped; samples are published for a while
    withheld,    ///< locked, but the last label contradicts: silence
    implausible, ///< locked, but what the receiver said a short while ago can't be: silence
};

/// "locked", "no-pulses".
[[nodiscard]] std::string_view name(State state) noexcept;

/// What it means, and what to do where there is something to do. pulses: whether a source of them
/// is configured.
[[nodiscard]] std::string_view explanation(State state, bool pulses = true) noexcept;

} // namespace ppsd::app
