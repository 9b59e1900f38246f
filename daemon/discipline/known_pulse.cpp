#include "daemon/discipline/known_pulse.hpp"

namespace ppsd::discipline {

using namespace hal;

namespace {
constexpr Nanos not_whole = 50ms;
constexpr Nanos half_second = 500ms;
} // namespace

void KnownPulse::remember(UtcSecond second, MonoTime time, Nanos second_length) noexcept {
    known_ = true;
    second_ = second;
    time_ = time;
    second_length_ = second_length;
}

bool KnownPulse::reaches(MonoTime time, Nanos longest) const noexcept {
    return known_ && time >= time_ && time - time_ <= longest;
}

std::optional<UtcSecond> KnownPulse::second_at(MonoTime time) const noexcept {
    const Nanos elapsed = time - time_;
    const std::int64_t seconds = (elapsed + second_length_ / 2) / second_length_;
    const bool slewed = seconds != (elapsed + half_second) / 1s; // for how long, nobody knows
    const Nanos off = late(second_ + seconds, time);
    if (slewed || off > not_whole || off < -not_whole) return std::nullopt;
    return second_ + seconds;
}

Nanos KnownPulse::late(UtcSecond second, MonoTime began) const noexcept {
    return began - time_ - (second - second_) * second_length_;
}

} // namespace ppsd::discipline
