#include "daemon/text/rate_limit.hpp"

#include <algorithm>

namespace ppsd::app {

using namespace hal;

bool RateLimit::allow(MonoTime now) noexcept {
    if (left_ < most_) {
        const auto earned = std::clamp<std::int64_t>((now - since_) / every_, 0, most_ - left_);
        left_ += static_cast<int>(earned);
        since_ = since_ + earned * every_;
    }
    if (left_ == 0) return false;
    if (left_ == most_) since_ = now;
    --left_;
    return true;
}

std::optional<MonoTime> RateLimit::next() const noexcept {
    if (left_ > 0) return std::nullopt;
    return since_ + every_;
}

} // namespace ppsd::app
