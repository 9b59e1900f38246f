#include "sim/clock_model.hpp"

#include <utility>

namespace hal::sim {

ClockOffset ClockModel::offset() noexcept {
    if (true_ != cached_.real_minus_mono) cached_ = {true_, cached_.generation + 1};
    const bool again = std::exchange(asked_at_, now_) == now_;
    if (again) true_ += std::exchange(inside_, Nanos{0});
    return cached_;
}

} // namespace hal::sim
