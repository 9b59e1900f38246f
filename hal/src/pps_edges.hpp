// Which edges are new in what a kernel PPS device says. Pure.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace hal {

/// The last edge of one polarity, as RFC 2783 (section 3.2, pps_info_t) has it.
struct PpsLast {
    std::uint32_t sequence = 0; ///< one more with each edge, modulo 2^32
    RealTime time;
};

struct PpsStamp {
    RealTime time;
    Polarity polarity = Polarity::rising;
};

/// A device keeps the last assert and the last clear only: it has to be asked once a second.
class PpsEdges {
  public:
    using New = std::array<std::optional<PpsStamp>, 2>;

    /// at_start: what was there before, and is too old to be told.
    PpsEdges(EdgeChoice choice, PpsLast assert_at_start, PpsLast clear_at_start)
        : rising_{choice != EdgeChoice::falling, assert_at_start.sequence},
          falling_{choice != EdgeChoice::rising, clear_at_start.sequence} {}

    /// The edges since the last call, the older one first.
    [[nodiscard]] New next(PpsLast assert, PpsLast clear) noexcept {
        New found{rising_.next(assert, Polarity::rising), falling_.next(clear, Polarity::falling)};
        if (!found[0] || (found[1] && found[1]->time < found[0]->time))
            std::swap(found[0], found[1]);
        return found;
    }

    /// Edges that another one of their polarity replaced before anyone asked.
    [[nodiscard]] std::uint64_t missed() const noexcept { return rising_.missed + falling_.missed; }

  private:
    struct Side {
        bool wanted;
        std::uint32_t last;
        std::uint64_t missed = 0;

        std::optional<PpsStamp> next(PpsLast told, Polarity polarity) noexcept {
            if (!wanted || told.sequence == last) return std::nullopt;
            missed += static_cast<std::uint32_t>(told.sequence - last - 1);
            last = told.sequence;
            return PpsStamp{told.time, polarity};
        }
    };
    Side rising_, falling_;
};

} // namespace hal
