// What ppsd is doing, in a word and in a line for the log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ppsd::app {

enum class State : std::uint8_t {
    starting,    ///< nothing has had time to come
    no_bytes,    ///< nothing arrives from the receiver
    no_labels,   ///< sentences come, but none that says a whole second with a date
    line_full,   ///< the receiver says more than its line carries: labels may be seconds late
    no_fix,      ///< the receiver says that it doesn't know
    no_pulses,   ///< labels come, and no pulses
    searching,   ///< both come; which second a pulse was is not yet known
    straddling,  ///< the labels come so near to a whole second that it can't be known
    locked,      ///< samples are published
    holdover,    ///< labels stopped; samples are published for a while
    withheld,    ///< locked, but the last label contradicts: silence
    implausible, ///< pulses come, but not where the oscillator expects them: silence
    contradicted ///< a system clock that others synchronised says another second: silence
};

/// Why it is that, and what would help.
struct StateText {
    std::string_view reason; ///< "no-checksum": where a state has several; else empty
    std::string text;        ///< without a full stop
};

/// "locked", "no-pulses".
[[nodiscard]] std::string_view name(State state) noexcept;

/// What it means, and what to do where there is something to do. pulses: whether a source of them
/// is configured.
[[nodiscard]] std::string_view explanation(State state, bool pulses = true) noexcept;

} // namespace ppsd::app
