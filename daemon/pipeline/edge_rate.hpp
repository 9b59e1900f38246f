// How often edges come on the pulse line, whatever becomes of them.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace ppsd::app {

/// Counts the edges of the last ten seconds (whole ones of CLOCK_MONOTONIC: nine of them and what
/// has passed of the tenth) of each polarity. The polarity that came more often stands for the
/// leading edges, since which ones lead may not be known: rising if both came as often.
class EdgeRate {
  public:
    struct Reading {
        std::uint64_t edges = 0; ///< of that polarity
        hal::Nanos silence{0};   ///< since the last of them; 0 if there is none
        /// Their mean distance, if they are regular: three or more, and no distance is longer
        /// than the shortest by more than a tenth.
        std::optional<hal::Nanos> interval;
    };

    /// In order of time; one that is not later than the last of its polarity is left out.
    void add(hal::MonoTime edge, hal::Polarity polarity) noexcept;

    [[nodiscard]] Reading read(hal::MonoTime now) const noexcept;

    void forget() noexcept { *this = EdgeRate{}; }

  private:
    static constexpr std::int64_t seconds = 10;

    /// Of one second, or of several.
    struct Count {
        std::int64_t second = INT64_MIN;
        std::uint64_t edges = 0;
        std::uint64_t distances = 0; ///< to the edge before, if that was within the ten seconds
        hal::Nanos sum{0};           ///< of the distances
        hal::Nanos shortest{INT64_MAX};
        hal::Nanos longest{0};

        void add(const Count& other) noexcept;
    };
    struct Line {
        std::optional<hal::MonoTime> last;
        std::array<Count, seconds> counts{}; ///< a ring

        void add(hal::MonoTime edge) noexcept;
        [[nodiscard]] Count read(hal::MonoTime now) const noexcept;
    };

    Line rising_;
    Line falling_;
};

} // namespace ppsd::app
