// Where REALTIME - MONOTONIC lies, from readings of the two clocks taken in turn. Pure.
#pragma once

#include "hal/time.hpp"

#include <algorithm>
#include <optional>

namespace hal {

/// The offset REALTIME - MONOTONIC lies in [lo, hi].
struct Bracket {
    Nanos lo{0};
    Nanos hi{0};

    [[nodiscard]] constexpr Nanos width() const { return hi - lo; }
    [[nodiscard]] constexpr Nanos middle() const { return lo + width() / 2; }
    friend constexpr bool operator==(const Bracket&, const Bracket&) = default;
};

/// From readings in this order. A nanosecond wider on each side than their difference, since each
/// reading is cut to a whole one.
[[nodiscard]] constexpr Bracket bracket(MonoTime before, RealTime between, MonoTime after) {
    return {Nanos{between.ns() - after.ns() - 1}, Nanos{between.ns() - before.ns() + 1}};
}

/// Nothing if they have no point in common: no one offset was true for both.
[[nodiscard]] constexpr std::optional<Bracket> intersect(const Bracket& a, const Bracket& b) {
    const Bracket both{std::max(a.lo, b.lo), std::min(a.hi, b.hi)};
    if (both.lo > both.hi) return std::nullopt;
    return both;
}

/// Tight enough to stop measuring; and how many brackets are taken at most until then.
inline constexpr Nanos tight_bracket{4};
inline constexpr int most_brackets = 500;

/// Wider than this and we were preempted in between; and how often one is tried again then.
inline constexpr Nanos wide_bracket{10'000};
inline constexpr int most_tries = 5;

/// Where the oscillator's reading is to lie between two of CLOCK_MONOTONIC: `wide_bracket` apart is
/// narrow enough to stop; the narrowest of so many is taken if it isn't wider than that, which
/// leaves room to machines without vDSO that take their time for each reading.
inline constexpr int most_stamps = 24;
inline constexpr Nanos widest_stamp{100'000};

/// The intersection of many brackets. take() reads the clocks and returns one.
template <class Take>
[[nodiscard]] Bracket measure(Take&& take) {
    Bracket all = take();
    for (int n = 1; n < most_brackets && all.width() > tight_bracket; ++n) {
        const Bracket next = take();
        // No common point: the clock was stepped just now, and what was before is over.
        all = intersect(all, next).value_or(next);
    }
    return all;
}

/// One bracket, taken again a few times while it is wide; the narrowest of them.
template <class Take>
[[nodiscard]] Bracket fresh(Take&& take) {
    Bracket best = take();
    for (int n = 1; n < most_tries && best.width() > wide_bracket; ++n) {
        const Bracket next = take();
        if (next.width() < best.width()) best = next;
    }
    return best;
}

} // namespace hal
