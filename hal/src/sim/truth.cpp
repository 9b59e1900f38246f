#include "hal/sim/truth.hpp"

#include <algorithm>

namespace hal::sim {

namespace {
// A label comes that much after its second at most, and then its burst has to end.
constexpr Nanos label_pending = 3s;
} // namespace

void Truth::announce(std::int64_t index, TrueSecond utc) noexcept {
    const bool well =
        !utc.leap_second && begin_of_index(index) >= disturbed_until_ && index > excused_;
    at(index) = Second{index, utc, {}, well, false};
}

void Truth::begin(std::int64_t index, MonoTime when) noexcept {
    at(index).begin = when;
    current_ = index;
}

void Truth::disturb(TrueTime t, Nanos grace) noexcept {
    disturbed_until_ = std::max(disturbed_until_, t + grace);
    for (std::int64_t i = current_ + 1; i >= 0 && begin_of_index(i) > t - label_pending; --i)
        at(i).well = false;
}

void Truth::excuse(std::int64_t index) noexcept {
    if (Second* second = find(index))
        second->well = false;
    else
        excused_ = std::max(excused_, index);
}

Truth::Second* Truth::find(std::int64_t index) noexcept {
    if (index < 0) return nullptr;
    Second& second = at(index);
    return second.index == index ? &second : nullptr;
}

Truth::Second* Truth::nearest(MonoTime t) noexcept {
    constexpr Nanos half_slewed = 545ms;
    for (std::int64_t i = current_; Second* second = find(i); --i) {
        const Nanos since = t - second->begin;
        if (since < -2 * half_slewed) continue;
        if (since > half_slewed) return nullptr;
        Second* before = find(i - 1);
        if (since < 0ns && before && t - before->begin < -since) return before;
        return since >= -half_slewed ? second : nullptr;
    }
    return nullptr;
}

} // namespace hal::sim
