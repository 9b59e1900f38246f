// Which of the times that a receiver names make labels, where it names several a second.
#pragma once

#include "daemon/nmea/sentence.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::nmea {

/// Whole seconds do; where there are none for more than a second, the one fraction of a second that
/// keeps coming back (.001, .990). A fraction that changes each second makes none but its first.
class PointInSecond {
  public:
    /// A time has been named for the first time. True: it may make a label.
    [[nodiscard]] bool add(const TimeOfDay& time);

  private:
    std::optional<TimeOfDay> last_; ///< the last that had the fraction which counts
};

} // namespace ppsd::nmea
