#include "daemon/discipline/label_train.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {
constexpr Nanos tolerance = 400ms;
constexpr int misfits_allowed = 2;
} // namespace

bool LabelTrain::add(UtcSecond second, MonoTime arrival) noexcept {
    const MonoTime zero = arrival - std::chrono::seconds{second.posix()};
    const Nanos error = zero - zero_;
    const bool fits = fitting_ > 0 && error <= tolerance && error >= -tolerance;
    if (fits) {
        misfits_ = 0;
        fitting_ = std::min(fitting_ + 1, needed_);
        zero_ = zero_ + error / 2; // half: a clock that slews at its limit stays within 0.17 s
    } else if (fitting_ == 0 || ++misfits_ > misfits_allowed) {
        fitting_ = 1;
        misfits_ = 0;
        zero_ = zero;
    }
    return fits && fitting_ >= needed_;
}

} // namespace ppsd::discipline
