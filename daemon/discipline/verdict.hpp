// Why an edge or a label was not used: each has a name, a counter, and numbers in the debug log.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ppsd::discipline {

/// A row each: the enumerator, its name in logs and counters, and what it means, for the manual.
#define PPSD_VERDICTS(ROW)                                                                         \
    ROW(used, "used", "a pulse; a label that agrees with it; a sample that went out")              \
    ROW(trailing, "trailing", "the edge that ends a pulse")                                        \
    ROW(undecided, "undecided", "edge = auto, and too few pulses yet to say which edge leads")     \
    ROW(one_polarity, "one-polarity", "edge = auto, and the line gives only one kind of edge")     \
    ROW(square, "square", "edge = auto, and 0.45 to 0.55 s wide: either edge may lead")            \
    ROW(glitch, "glitch", "just after a pulse: its own ringing")                                   \
    ROW(off_beat, "off-beat", "not where a pulse is expected")                                     \
    ROW(late_edge, "late-edge", "a pulse, but late or early by far more than pulses scatter")      \
    ROW(noisy, "noisy", "where a pulse is due, but on a line with too many other edges")           \
    ROW(out_of_order, "out-of-order", "not later than the one before it")                          \
    ROW(stale_generation, "stale-generation", "stamped by the system clock, which was set since")  \
    ROW(read_late, "read-late", "read too late to convert its stamp to the oscillator")            \
    ROW(stretched, "stretched", "polled, but the poller was stalled: its time isn't known")        \
    ROW(locking, "locking", "agrees so far, but more labels in a row have to agree")               \
    ROW(straddling, "straddling", "so near a pulse, or off nmea-delay, that it may name another")  \
    ROW(no_pulse, "no-pulse", "agrees, but its own pulse is missing, or none come")                \
    ROW(mismatch, "mismatch", "names another second than those before, or comes at another time")  \
    ROW(leap_second, "leap-second", "23:59:60, which a sample can't name")                         \
    ROW(contradicted, "contradicted", "a clock that others synchronised says another second")      \
    ROW(too_late, "too-late", "too old by the time it could be handed over")                       \
    ROW(clock_stepped, "clock-stepped", "the system clock was set before it was published")        \
    ROW(not_taken, "not-taken", "no output took it: nobody reads, or the year is beyond 2038")

#define PPSD_ROW(verdict, name, meaning) verdict,
enum class Verdict : std::uint8_t { PPSD_VERDICTS(PPSD_ROW) count_ };
#undef PPSD_ROW
inline constexpr std::size_t verdict_count = static_cast<std::size_t>(Verdict::count_);
struct VerdictText {
    std::string_view name; ///< "off-beat"
    std::string_view meaning;
};
#define PPSD_ROW(verdict, name, meaning) VerdictText{name, meaning},
inline constexpr std::array verdict_texts{PPSD_VERDICTS(PPSD_ROW)};
#undef PPSD_ROW
[[nodiscard]] constexpr const VerdictText& text(Verdict verdict) noexcept {
    return verdict_texts[static_cast<std::size_t>(verdict)];
}
[[nodiscard]] constexpr std::string_view name(Verdict v) noexcept {
    return text(v).name;
}

} // namespace ppsd::discipline
