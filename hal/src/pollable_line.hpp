// A GPIO line whose edges can be polled: what the libgpiod backends have beside PulseSource.
#pragma once

#include "hal/pulse_source.hpp"

#include <optional>

namespace hal {

class PollableLine : public PulseSource {
  public:
    /// 1: high, 0: low, below 0: it can't be read. From any thread, while the source lives. One
    /// system call, and nothing else.
    [[nodiscard]] virtual int level() const noexcept = 0;

    /// Which edges the kernel stamps from now on; nothing: none. What can't be changed stays as it
    /// is. 0, or the errno that kept it from being changed.
    [[nodiscard]] virtual int ask_for(std::optional<EdgeChoice> edges) noexcept = 0;
    /// Whether ask_for() does something.
    [[nodiscard]] virtual bool can_stop_asking() const noexcept = 0;
};

} // namespace hal
