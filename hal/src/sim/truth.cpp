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

void Truth::woke(TrueTime t, MonoTime now, Nanos length) noexcept {
    for (Second& second : seconds_) {
        const Nanos ago = t - begin_of_index(second.index);
        second.begin = ago < length ? now - ago : second.begin - length;
    }
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
    Second* after = nullptr;
    Second* before = find(current_);
    while (before && before->begin > t) {
        after = before;
        before = find(before->index - 1);
    }
    const Nanos since = before ? t - before->begin : Nanos::max();
    const Nanos until = after ? after->begin - t : Nanos::max();
    if (std::min(since, until) > half_slewed) return nullptr;
    return since < until ? before : after;
}

} // namespace hal::sim
