#include "daemon/discipline/oscillator.hpp"

#include <algorithm>
#include <chrono>

namespace ppsd::discipline {

using namespace hal;

namespace {

// At 83333 ppm the stamp is then wrong by up to 21 ms.
constexpr Nanos farthest = 250ms;

} // namespace

void Oscillator::note(MonoTime at, Nanos raw_minus_mono) noexcept {
    const Note now{at, raw_minus_mono};
    if (!known_)
        before_ = now;
    else if (at != last_.at)
        before_ = last_;
    last_ = now;
    known_ = true;
}

std::optional<Stamp> Oscillator::stamp(MonoTime t) const noexcept {
    if (!known_) return std::nullopt;
    const Nanos distance =
        std::min(std::chrono::abs(t - last_.at), std::chrono::abs(t - before_.at));
    if (distance > farthest) return std::nullopt;
    const Nanos apart = last_.at - before_.at;
    const Nanos along = std::clamp(t - before_.at, Nanos{0}, apart);
    const double share =
        apart > 0ns ? static_cast<double>(along.count()) / static_cast<double>(apart.count()) : 0;
    const Nanos moved = last_.raw_minus_mono - before_.raw_minus_mono;
    const Nanos part{static_cast<std::int64_t>(share * static_cast<double>(moved.count()))};
    return Stamp{apply(t, before_.raw_minus_mono + part), t};
}

} // namespace ppsd::discipline
