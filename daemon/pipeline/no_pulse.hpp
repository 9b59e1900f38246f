// Why the edges on the pulse line are no pulses, and what to do about it.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "daemon/pipeline/edge_rate.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ppsd::app {

struct NoPulse {
    enum class Reason : std::uint8_t {
        no_edge,
        read_late,    ///< they were read so late that their time on the oscillator is lost
        one_polarity, ///< edge = auto, and only one polarity arrives
        few,          ///< one or two in ten seconds
        noise,        ///< no regular distance
        other_rate,   ///< regular, but no whole seconds from each other
        square,       ///< edge = auto, as long high as low
        undecided,    ///< edge = auto, and not one pulse a second
        searching,    ///< they look like pulses; their phase is being found
        count_
    };
    Reason reason = Reason::no_edge;
    EdgeRate::Reading rate;
};

/// "other-rate"
[[nodiscard]] std::string_view name(NoPulse::Reason reason) noexcept;

/// A sentence for the log, without a full stop: what comes, and what would help.
[[nodiscard]] std::string explanation(const NoPulse& why);

/// last: what became of the last edge that didn't end a pulse.
[[nodiscard]] NoPulse why_no_pulse(const EdgeRate::Reading& rate,
                                   discipline::Verdict last) noexcept;

} // namespace ppsd::app
