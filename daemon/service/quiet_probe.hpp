// When to look after a device that has said nothing for a while.
#pragma once

#include "hal/time.hpp"

namespace ppsd::app {

/// Older kernels don't wake who waits for edges of a chip that was taken away: after 3 s without
/// any, and every 3 s from then on, the line has to be asked.
class QuietProbe {
  public:
    static constexpr hal::Nanos patience = std::chrono::seconds{3};

    /// Something came from it, or it was opened or asked.
    void heard(hal::MonoTime now) noexcept { at_ = now + patience; }

    [[nodiscard]] bool due(hal::MonoTime now) const noexcept { return now >= at_; }
    [[nodiscard]] hal::MonoTime deadline() const noexcept { return at_; }

  private:
    hal::MonoTime at_;
};

} // namespace ppsd::app
