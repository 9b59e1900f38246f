#include "daemon/nmea/two_times.hpp"

#include <algorithm>

namespace ppsd::nmea {

bool TwoTimes::add(hal::Nanos behind) {
    if (behind != behind_) count_ = 0;
    behind_ = behind;
    count_ = std::min(count_ + 1, not_believed + 1);
    return count_ > not_believed;
}

} // namespace ppsd::nmea
