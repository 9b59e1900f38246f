// Why an edge or a label was not used. Each has a name, a counter in the pipeline, and its numbers
// in the debug log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ppsd::discipline {

enum class Verdict : std::uint8_t {
    used, ///< an edge that is a pulse; a label that confirmed one
    // edges
    trailing,         ///< the edge that ends a pulse
    undecided,        ///< edge = auto, and not yet enough pulses to say which edge leads
    one_polarity,     ///< edge = auto, but the line gives only one polarity
    square,           ///< edge = auto, but the width is 0.45 to 0.55 s: either edge may lead
    glitch,           ///< far from where the train expects a pulse
    off_beat,         ///< near, but not where the train expects it; two alike move the train
    late_edge,        ///< on the beat, but late by far more than pulses scatter: counted, not used
    noisy,            ///< where a pulse is due, but on a line with too many other edges
    out_of_order,     ///< not later than the pulse before it
    stale_generation, ///< stamped on CLOCK_REALTIME, which was stepped since
    // labels
    locking,     ///< not yet lock-count labels in a row that agree
    straddling,  ///< the delay is so near to a whole second that it can't tell which pulse is meant
    no_pulse,    ///< no pulse that it could name
    held_up,     ///< came with another label: at least one of them was held up on its way
    mismatch,    ///< names a pulse that is missing, labelled already, or at the wrong time
    leap_second, ///< :60, which POSIX can't say
    // samples
    implausible,   ///< by the oscillator the pulse, or its second, can't be; or one just before was
    too_late,      ///< too old to be handed over by the time it was ready
    clock_stepped, ///< the system clock was set between edge and publication
    unsayable,     ///< a time that the segment's layout has no room for (2038)
    count_
};

inline constexpr std::size_t verdict_count = static_cast<std::size_t>(Verdict::count_);

/// The name in logs and counters: "off-beat".
[[nodiscard]] std::string_view name(Verdict verdict) noexcept;

} // namespace ppsd::discipline
