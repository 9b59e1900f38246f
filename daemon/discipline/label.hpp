// What the receiver said: this is the second, and the first byte that said so came then.
#pragma once

#include "hal/time.hpp"

namespace ppsd::discipline {

struct Label {
    hal::UtcSecond second;  ///< for an inserted leap second (:60) that of the 00:00:00 after it
    hal::Nanos fraction{0}; ///< what the time says beyond the second: 1 ms for .001
    hal::Stamp arrival;
    bool leap_second = false;
};

/// A pulse whose second is known.
struct LabelledPulse {
    hal::UtcSecond second;
    hal::MonoTime time;
};

} // namespace ppsd::discipline
