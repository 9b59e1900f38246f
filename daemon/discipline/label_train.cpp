#include "daemon/discipline/label_train.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {
constexpr Nanos tolerance = 400ms;
constexpr int misfits_allowed = 2;
constexpr int needed_to_renumber = 60;

constexpr bool near(Nanos error) {
    return error <= tolerance && error >= -tolerance;
}
} // namespace

bool LabelTrain::add(UtcSecond second, MonoTime arrival) noexcept {
    const MonoTime zero = arrival - std::chrono::seconds{second.posix()};
    const Nanos error = zero - zero_;
    const bool fits = fitting_ > 0 && near(error);
    if (fits) {
        misfits_ = 0;
        fitting_ = std::min(fitting_ + 1, std::max(needed_, needed_to_renumber));
        zero_ = zero_ + error / 2; // half: a clock that slews at its limit stays within 0.17 s
    } else if (fitting_ == 0 || ++misfits_ > misfits_allowed) {
        if (fitting_ >= needed()) former_zero_ = zero_;
        fitting_ = 1;
        misfits_ = 0;
        zero_ = zero;
    }
    return fits && fitting_ >= needed();
}

int LabelTrain::needed() const noexcept {
    const bool renumbered = former_zero_ && !near(zero_ - *former_zero_);
    return renumbered ? std::max(needed_, needed_to_renumber) : needed_;
}

void LabelTrain::leap_second() noexcept {
    zero_ = zero_ + 1s;
    if (former_zero_) former_zero_ = *former_zero_ + 1s;
}

void LabelTrain::restart() noexcept {
    fitting_ = 0;
    former_zero_.reset();
}

} // namespace ppsd::discipline
