// What ppsd hands over.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <string_view>

namespace ppsd::app {

/// The two times that are published, each to a unit of its own.
enum class Feed : std::uint8_t { pps, nmea };

[[nodiscard]] constexpr std::string_view name(Feed feed) {
    return feed == Feed::pps ? "pps" : "nmea";
}

/// A finished pair: at the system time `receive` the true time was `clock`.
/// receive - clock is how far the system clock is ahead.
struct Sample {
    hal::UtcSecond clock;
    hal::RealTime receive;
    int leap = 0;      ///< 0 none, 1 inserted, 2 deleted at the end of this UTC month (ntp.h)
    int precision = 0; ///< log2 seconds
};

} // namespace ppsd::app
