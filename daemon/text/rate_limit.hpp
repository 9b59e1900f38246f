// How often something may be said.
#pragma once

#include "hal/time.hpp"

#include <optional>

namespace ppsd::app {

/// Lets `burst` through at once, and in the long run one each `every`.
class RateLimit {
  public:
    RateLimit(int burst, hal::Nanos every) : most_{burst}, every_{every}, left_{burst} {}

    /// Whether it may happen now; if so, it did.
    [[nodiscard]] bool allow(hal::MonoTime now) noexcept;

    /// When allow() will next say yes; nothing: at once.
    [[nodiscard]] std::optional<hal::MonoTime> next() const noexcept;

  private:
    int most_;
    hal::Nanos every_;
    int left_;
    hal::MonoTime since_; ///< since when the missing ones are earned back
};

} // namespace ppsd::app
