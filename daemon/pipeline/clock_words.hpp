// What the log says of the receiver and an independent system clock.
#pragma once

#include "daemon/pipeline/clock_check.hpp"
#include "daemon/text/log.hpp"
#include "hal/time.hpp"

#include <string>

namespace ppsd::app {

/// A second that was compared with the system clock.
struct ClockWitness {
    hal::UtcSecond second;     ///< as the receiver numbers it
    hal::Nanos ahead{0};       ///< the system clock at that moment, less that second
    bool fix_is_young = false; ///< see young_fix
};

/// So long after the first label with a fix, receivers may still be off by the leap seconds that
/// they have not heard of: GPS sends the count every 12.5 minutes (IS-GPS-200, 20.3.3.5.1.6).
inline constexpr hal::Nanos young_fix = std::chrono::minutes{15};

/// The line about `outcome`, without a full stop; empty if there is nothing to say. It advises only
/// what is still right a quarter of an hour later.
[[nodiscard]] std::string clock_line(const ClockCheck::Outcome& outcome,
                                     const ClockWitness& witness, Trust trust);

/// notice for what is good news, else warning.
[[nodiscard]] LogLevel clock_level(ClockCheck::Word word) noexcept;

/// The second seems to be on the edge other than the one (`rising`) that edge = auto took.
[[nodiscard]] std::string other_edge_line(hal::Nanos ahead, hal::Nanos width, bool rising);

} // namespace ppsd::app
