#include "daemon/pipeline/rate_follower.hpp"

#include "daemon/nmea/line_rates.hpp"

#include <tuple>

namespace ppsd::app {

using namespace hal;
using nmea::line_rates;

RateFollower::News RateFollower::add(std::size_t bytes, MonoTime now, std::uint64_t whole) {
    if (last_ && now - *last_ > noise_for) since_.reset(); // the receiver was silent
    last_ = now;
    if (!tried_) return at_home(bytes, now, whole);
    if (!since_) since_ = now;
    const auto lines = whole - whole_;
    if (lines < enough && now - *since_ < (lines > 0 ? promising : listening)) return News::none;
    whole_ = whole;
    if (lines < enough) return hunt(now);
    home_ = rate();
    tried_.reset();
    since_.reset();
    rests_until_.reset();
    return News::followed;
}

RateFollower::News RateFollower::at_home(std::size_t bytes, MonoTime now, std::uint64_t whole) {
    if (whole != whole_) {
        whole_ = whole;
        since_.reset();
        rests_until_.reset();
        return News::none;
    }
    if (!since_) {
        since_ = now;
        bytes_ = 0;
    }
    bytes_ += bytes;
    const bool rests = rests_until_ && now < *rests_until_;
    if (rests || bytes_ < noise || now - *since_ < noise_for) return News::none;
    const bool again = rests_until_.has_value();
    std::ignore = hunt(now);
    return again ? News::other : News::hunting;
}

RateFollower::News RateFollower::hunt(MonoTime now) {
    since_.reset();
    tried_ = tried_ ? *tried_ + 1 : 0;
    if (*tried_ < line_rates.size() && line_rates[*tried_] == home_) ++*tried_;
    if (*tried_ < line_rates.size()) return News::other;
    tried_.reset();
    rests_until_ = now + rest;
    return News::nothing;
}

unsigned RateFollower::rate() const noexcept {
    return tried_ ? line_rates[*tried_] : home_;
}

} // namespace ppsd::app
