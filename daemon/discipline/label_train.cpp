#include "daemon/discipline/label_train.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {
constexpr Nanos tolerance = 400ms;
constexpr int misfits_allowed = 2;
constexpr int needed_to_renumber = 60;
// Each second may be 83333 ppm longer; what comes later by more is a line that falls behind.
constexpr Nanos longest_step = 90ms;
// For so long CLOCK_MONOTONIC tells how the seconds were numbered before.
constexpr Nanos remembered = 300s;

constexpr bool near(Nanos error) {
    return error <= tolerance && error >= -tolerance;
}
} // namespace

bool LabelTrain::add(UtcSecond second, MonoTime arrival, bool leap_second) noexcept {
    if (fitting_ == 0 && arrival - last_ > remembered) former_zero_.reset();
    last_ = arrival;
    const MonoTime zero = arrival - std::chrono::seconds{second.posix()};
    const Nanos leap = leap_second ? 0s : leap_before(second);
    const Nanos error = zero - (zero_ + leap);
    const bool fits = fitting_ > 0 && near(error);
    const bool begins = !fits && (fitting_ == 0 || ++misfits_ > misfits_allowed);
    if (fits || begins) pass(leap);
    if (fits) {
        misfits_ = 0;
        fitting_ = std::min(fitting_ + 1, std::max(needed_, needed_to_renumber));
        // Half: a clock that slews at its limit stays within 0.17 s.
        zero_ = zero_ + std::min(error / 2, longest_step);
    } else if (begins) {
        restart();
        fitting_ = 1;
        zero_ = zero;
    }
    if (fits || begins) month_end_ = second < month_end_ ? month_end_ : next_month(second);
    return fits && fitting_ >= needed();
}

// What a month's end that has passed since the last label moves the numbering by.
Nanos LabelTrain::leap_before(UtcSecond second) const noexcept {
    if (fitting_ == 0 || second < month_end_) return 0s;
    const Leap leap = leaps_.announced_at(month_end_ - 1);
    return leap == Leap::inserted ? 1s : leap == Leap::deleted ? -1s : 0s;
}

void LabelTrain::pass(Nanos leap) noexcept {
    zero_ = zero_ + leap;
    if (former_zero_) former_zero_ = *former_zero_ + leap;
}

int LabelTrain::needed() const noexcept {
    const bool renumbered = former_zero_ && !near(zero_ - *former_zero_);
    return renumbered ? std::max(needed_, needed_to_renumber) : needed_;
}

void LabelTrain::leap_second() noexcept {
    pass(1s);
}

void LabelTrain::restart() noexcept {
    if (fitting_ > 0 && fitting_ >= needed()) former_zero_ = zero_;
    fitting_ = 0;
    misfits_ = 0;
}

} // namespace ppsd::discipline
