#include "daemon/nmea/point_in_second.hpp"

namespace ppsd::nmea {

bool PointInSecond::add(const TimeOfDay& time) {
    using namespace std::chrono_literals;
    const bool counts = time.ns == 0 || !last_ || time.ns == last_->ns;
    if (counts || later_by(time, *last_) > 1s || later_by(time, *last_) < -1s) last_ = time;
    return counts;
}

} // namespace ppsd::nmea
