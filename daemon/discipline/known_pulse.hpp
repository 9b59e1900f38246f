// The last pulse whose second was known for certain: for 300 s the clock alone tells others by it.
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

    /// Whether it tells anything about that time: from itself to 300 s later.
    [[nodiscard]] bool reaches(hal::MonoTime time) const noexcept;

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
