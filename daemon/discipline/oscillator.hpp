// From the clock that the kernel stamps with to the board's oscillator, which nobody slews.
#pragma once

#include "hal/time.hpp"

#include <optional>

namespace ppsd::discipline {

/// Goes by notes of how the two clocks stand to each other, taken at each wake-up: between two
/// notes on a straight line, outside of them at the nearer one's distance. chronyd slews
/// CLOCK_MONOTONIC by up to 83333 ppm (its maxslewrate), and may have begun to anywhere in between,
/// so a stamp is worth less the further it is from a note; from a quarter of a second on, nothing.
class Oscillator {
  public:
    /// At `at` CLOCK_MONOTONIC_RAW was ahead of CLOCK_MONOTONIC by that; in order of time.
    void note(hal::MonoTime at, hal::Nanos raw_minus_mono) noexcept;

    /// Nothing where no note is near enough.
    [[nodiscard]] std::optional<hal::Stamp> stamp(hal::MonoTime t) const noexcept;

    /// When, by the last note, it will be that time, or was; for deadlines.
    [[nodiscard]] hal::MonoTime to_mono(hal::OscTime t) const noexcept {
        return hal::MonoTime::from_ns(t.ns() - last_.raw_minus_mono.count());
    }

    /// The same the other way; nothing before the first note.
    [[nodiscard]] std::optional<hal::OscTime> now(hal::MonoTime t) const noexcept {
        return known_ ? std::optional{apply(t, last_.raw_minus_mono)} : std::nullopt;
    }

    /// The machine slept, and RAW stood still: what was noted before is worth nothing.
    void forget() noexcept { known_ = false; }

  private:
    static constexpr hal::OscTime apply(hal::MonoTime t, hal::Nanos raw_minus_mono) {
        return hal::OscTime::from_ns(t.ns() + raw_minus_mono.count());
    }

    struct Note {
        hal::MonoTime at;
        hal::Nanos raw_minus_mono{0};
    };

    Note last_;
    Note before_; ///< the first is its own
    bool known_ = false;
};

} // namespace ppsd::discipline
