// Whether an edge came late: an interrupt is served some time after its edge, never before, and
// under load by far more than pulses scatter otherwise.
#pragma once

#include "hal/time.hpp"

#include <array>
#include <cstdint>

namespace ppsd::discipline {

/// Learns how far pulses scatter about where they are expected, and judges by it. What looks late
/// is also how a slower clock begins: two that are late in proportion to the time since the last
/// good pulse are that, or three that are later by as much each; and none is late three seconds
/// after it, so that no real change starves. No interrupt comes early: what does follows one that
/// was late after all, unless it is the second in a row.
class Lateness {
  public:
    enum class Finding : std::uint8_t {
        in_time,
        late,
        early,    ///< in time; the pulse before it wasn't
        new_rate, ///< in time too: the last in a row that a new length of the second explains
    };

    /// seconds: since the last pulse that was not late. error: against where it was expected by
    /// that one, late positive.
    [[nodiscard]] Finding judge(std::int64_t seconds, hal::Nanos error) noexcept;

    /// An edge later than this is late, once enough pulses have been seen.
    [[nodiscard]] hal::Nanos limit() const noexcept;

  private:
    [[nodiscard]] bool slower_clock(std::int64_t seconds, hal::Nanos error) const noexcept;
    void learn(hal::Nanos error) noexcept;

    hal::Nanos scatter_{250'000}; ///< mean of the distances
    int learned_ = 0;             ///< pulses; nothing is late before there are enough
    struct Late {
        std::int64_t seconds = 0;
        hal::Nanos error{0};
    };
    std::array<Late, 2> late_{}; ///< since the last good pulse: the last, and the one before it
    bool early_ = false;         ///< the last one was
};

} // namespace ppsd::discipline
