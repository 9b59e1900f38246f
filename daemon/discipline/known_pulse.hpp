// The last pulse whose second was known for certain: for a while the clock alone tells others by
// it.
#pragma once

#include "hal/time.hpp"

#include <optional>

namespace ppsd::discipline {

/// Reckons with the length that a second had on CLOCK_MONOTONIC then. Whoever slews the clock
/// meanwhile puts it wrong; leap seconds it doesn't know.
class KnownPulse {
  public:
    void remember(hal::UtcSecond second, hal::MonoTime time, hal::Nanos second_length) noexcept;
    void forget() noexcept { known_ = false; }

    /// For so long it tells which second a pulse is.
    static constexpr hal::Nanos tells_seconds{300'000'000'000};
    /// And for so long, to some tenths, when a second began: slewed by 200 ppm, or with its length
    /// that much wrong, the clock is 0.36 s off then.
    static constexpr hal::Nanos tells_tenths{1'800'000'000'000};

    /// Whether that time is not before it, and not later by more than that.
    [[nodiscard]] bool reaches(hal::MonoTime time,
                               hal::Nanos longest = tells_seconds) const noexcept;

    [[nodiscard]] hal::UtcSecond second() const noexcept { return second_; }

    // Of a time that it reaches.
    /// The second that begins then; nothing if the clock was being slewed, or that is more than
    /// 50 ms from where one begins.
    [[nodiscard]] std::optional<hal::UtcSecond> second_at(hal::MonoTime time) const noexcept;
    /// How much later than it should a second began, if it began then.
    [[nodiscard]] hal::Nanos late(hal::UtcSecond second, hal::MonoTime began) const noexcept;

  private:
    bool known_ = false;
    hal::UtcSecond second_;
    hal::MonoTime time_;
    hal::Nanos second_length_{1'000'000'000};
};

} // namespace ppsd::discipline
