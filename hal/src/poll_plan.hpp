// When to ask a device for its next edge that can't say itself that it has one. Pure.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace hal {

class PollPlan {
  public:
    /// So long after an edge was due it is asked for: past a pulse's jitter.
    static constexpr Nanos after_due = 2ms;
    /// So often while an edge is overdue, or none has come yet.
    static constexpr Nanos again = 20ms;
    /// An edge so old says nothing about the next one.
    static constexpr Nanos forgotten = 4s;
    /// So often when there are no edges at all.
    static constexpr Nanos idle = 100ms;

    void saw(MonoTime edge, Polarity polarity) noexcept { last_[index(polarity)] = edge; }

    /// The next moment to ask, after now.
    [[nodiscard]] MonoTime next(MonoTime now) const noexcept {
        std::optional<MonoTime> soonest;
        for (const auto& last : last_)
            if (last && now - *last <= forgotten) {
                const MonoTime due = std::max(*last + 1s + after_due, now + again);
                soonest = soonest ? std::min(*soonest, due) : due;
            }
        return soonest.value_or(now + idle);
    }

  private:
    static constexpr std::size_t index(Polarity p) noexcept {
        return p == Polarity::rising ? 0 : 1;
    }
    std::array<std::optional<MonoTime>, 2> last_;
};

} // namespace hal
