// What ppsd hands over.
#pragma once

#include "hal/feed.hpp"
#include "hal/time.hpp"

namespace ppsd::app {

using hal::Feed;

/// A finished pair: at the system time `receive` the true time was `clock`.
/// receive - clock is how far the system clock is ahead.
struct Sample {
    hal::UtcSecond clock;
    hal::RealTime receive;
    int leap = 0;      ///< 0 none, 1 inserted, 2 deleted at the end of this UTC month (ntp.h)
    int precision = 0; ///< log2 seconds
};

} // namespace ppsd::app
