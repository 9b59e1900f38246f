#include "sim/invisible.hpp"

#include "sim/receiver.hpp"

#include <cmath>

namespace hal::sim {
namespace {

// The daemon believes a changed numbering after a minute of it (daemon/discipline/labeller.hpp).
constexpr std::int64_t believed_after = 60;

std::int64_t seconds_late(const Parameters& parameters) noexcept {
    const double known = parameters[Key::ppsd_nmea_delay];
    const double delay = parameters[Key::nmea_delay];
    const double late = known == not_set ? std::floor(delay) : std::round(delay - known);
    return static_cast<std::int64_t>(late);
}

} // namespace

void InvisibleError::note(std::int64_t index, const Parameters& parameters) noexcept {
    const std::int64_t error = seconds_late(parameters) - Receiver::meant_error(index, parameters);
    const bool first = first_ < 0;
    if (first) first_ = index;
    if (first || error != current_) {
        current_ = error;
        since_ = index;
    }
    if (since_ == first_ || index - since_ >= believed_after) lasting_ = current_;
}

} // namespace hal::sim
