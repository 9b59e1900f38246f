// Why an edge or a label was not used: each has a name, a counter, and numbers in the debug log.
#pragma once

#include <array>
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
    glitch,           ///< just after a pulse: its own ringing
    off_beat,         ///< not where a pulse is expected; some in a row, a second apart, move that
    late_edge,        ///< a pulse, but late or early by far more than pulses scatter; its label
    noisy,            ///< where a pulse is due, but on a line with too many other edges
    out_of_order,     ///< not later than the edge before it
    stale_generation, ///< stamped on CLOCK_REALTIME, which was stepped since
    read_late,        ///< read so long after it came that its time on the oscillator is lost
    // labels
    locking,     ///< nothing is against it, but more labels in a row have to agree
    straddling,  ///< the delay is so near to a whole second that it can't tell which pulse is meant
    no_pulse,    ///< agrees, but its own pulse is missing, or it isn't known when pulses come
    mismatch,    ///< names another second than those before it, or comes at quite another time
    leap_second, ///< :60, which POSIX can't say
    // samples
    contradicted,  ///< a clock that others synchronised says another second
    too_late,      ///< too old to be handed over by the time it was ready
    clock_stepped, ///< the system clock was set between edge and publication
    not_taken,     ///< no output took it: no reader is there, or no room for the year (2038)
    count_
};

inline constexpr std::size_t verdict_count = static_cast<std::size_t>(Verdict::count_);

/// The name in logs and counters: "off-beat".
[[nodiscard]] constexpr std::string_view name(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, verdict_count> names{
        "used",        "trailing",     "undecided",        "one-polarity",
        "square",      "glitch",       "off-beat",         "late-edge",
        "noisy",       "out-of-order", "stale-generation", "read-late",
        "locking",     "straddling",   "no-pulse",         "mismatch",
        "leap-second", "contradicted", "too-late",         "clock-stepped",
        "not-taken"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace ppsd::discipline
