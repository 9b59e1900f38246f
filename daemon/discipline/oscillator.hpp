// From the clock that the kernel stamps with to the board's oscillator, which nobody slews.
#pragma once

#include "hal/time.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace ppsd::discipline {

/// Goes by notes of how the two clocks stand to each other, taken at each wake-up: between two
/// notes on a straight line, outside of them at the nearer one's distance. chronyd slews
/// CLOCK_MONOTONIC by up to 83333 ppm (its maxslewrate), and may have begun to anywhere in between,
/// so a stamp is worth less the further it is from a note; from a quarter of a second on (21 ms,
/// then), nothing.
class Oscillator {
  public:
    /// At `at` CLOCK_MONOTONIC_RAW was ahead of CLOCK_MONOTONIC by that; in order of time.
    void note(hal::MonoTime at, hal::Nanos raw_minus_mono) noexcept {
        const Note now{at, raw_minus_mono};
        if (!last_ || at != last_->at) before_ = last_.value_or(now);
        last_ = now;
    }

    /// Nothing where no note is near enough.
    [[nodiscard]] std::optional<hal::Stamp> stamp(hal::MonoTime t) const noexcept {
        const auto distance = [t](const Note& note) { return std::chrono::abs(t - note.at); };
        if (!last_ || std::min(distance(*last_), distance(before_)) > farthest) return std::nullopt;
        const double apart = static_cast<double>((last_->at - before_.at).count());
        const double along = static_cast<double>((t - before_.at).count());
        const double share = apart > 0 ? std::clamp(along / apart, 0.0, 1.0) : 0;
        const hal::Nanos moved = last_->raw_minus_mono - before_.raw_minus_mono;
        const auto part = static_cast<std::int64_t>(share * static_cast<double>(moved.count()));
        return hal::Stamp{apply(t, before_.raw_minus_mono + hal::Nanos{part}), t};
    }

    /// When, by the last note, it will be that time, or was; for deadlines.
    [[nodiscard]] hal::MonoTime to_mono(hal::OscTime t) const noexcept {
        return hal::MonoTime::from_ns(t.ns() - (last_ ? last_->raw_minus_mono.count() : 0));
    }

    /// The same the other way; nothing before the first note.
    [[nodiscard]] std::optional<hal::OscTime> now(hal::MonoTime t) const noexcept {
        return last_ ? std::optional{apply(t, last_->raw_minus_mono)} : std::nullopt;
    }

    /// The machine slept, and RAW stood still: what was noted before is worth nothing.
    void forget() noexcept { last_.reset(); }

  private:
    static constexpr hal::Nanos farthest = std::chrono::milliseconds{250};

    static constexpr hal::OscTime apply(hal::MonoTime t, hal::Nanos raw_minus_mono) {
        return hal::OscTime::from_ns(t.ns() + raw_minus_mono.count());
    }

    struct Note {
        hal::MonoTime at;
        hal::Nanos raw_minus_mono{0};
    };

    std::optional<Note> last_;
    Note before_; ///< the first is its own
};

} // namespace ppsd::discipline
