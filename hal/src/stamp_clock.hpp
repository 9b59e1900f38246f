// Of which clock a stamp is that doesn't say: the first GPIO uAPI stamps CLOCK_REALTIME, and
// CLOCK_MONOTONIC since Linux 5.7 (commit f8850206e160, "gpio: Switch timestamps to
// ktime_get_ns()").
#pragma once

#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace hal {

enum class StampClock : std::uint8_t { monotonic, realtime };

/// stamp_ns was taken before both clocks were read: it is of the clock by which it is in the past,
/// of the nearer one if it is so by both, and REALTIME from before a step if by neither. (Where the
/// clocks are so near to each other that this errs, the error is less than the stamp's age.)
[[nodiscard]] constexpr StampClock clock_of(std::int64_t stamp_ns, MonoTime mono, RealTime real) {
    const std::int64_t mono_age = mono.ns() - stamp_ns;
    const std::int64_t real_age = real.ns() - stamp_ns;
    if (mono_age < 0) return StampClock::realtime;
    return real_age < 0 || mono_age <= real_age ? StampClock::monotonic : StampClock::realtime;
}

/// Brings one line's stamps to MONOTONIC. The clock must outlive it.
class StampConverter {
  public:
    explicit StampConverter(Clock& clock) : clock_{clock}, settled_{clock.offset().generation} {}

    /// Call it right after stamps were taken from the kernel's queue, before convert().
    /// emptied: nothing older can still be in the queue.
    void begin_batch(bool emptied) noexcept;

    /// The edge with PulseEdge::generation set if its stamp was REALTIME. If the clock was stepped
    /// since the batch before, that is the generation that is over: the stamp may be of either.
    [[nodiscard]] PulseEdge convert(std::int64_t stamp_ns, Polarity polarity) const noexcept;

    /// The same for a stamp that is known to be REALTIME.
    [[nodiscard]] PulseEdge convert_real(RealTime stamp, Polarity polarity) const noexcept;

  private:
    Clock& clock_;
    MonoTime now_;
    ClockOffset offset_;
    std::uint32_t settled_;   ///< the generation that all stamps still to come are of
    std::uint32_t batch_ = 0; ///< the generation that this batch is of
};

} // namespace hal
