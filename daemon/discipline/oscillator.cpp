#include "daemon/discipline/oscillator.hpp"

#include <algorithm>
#include <chrono>

namespace ppsd::discipline {

using namespace hal;

namespace {

// At 83333 ppm the stamp is then wrong by up to 21 ms.
constexpr Nanos farthest = 250ms;

constexpr OscTime apply(MonoTime t, Nanos raw_minus_mono) {
    return OscTime::from_ns(t.ns() + raw_minus_mono.count());
}

} // namespace

void Oscillator::note(MonoTime at, Nanos raw_minus_mono) noexcept {
    if (notes_ == 0 || at != last_.at) {
        before_ = last_;
        notes_ = std::min(notes_ + 1, 2);
    }
    last_ = {at, raw_minus_mono};
}

std::optional<Stamp> Oscillator::stamp(MonoTime t) const noexcept {
    if (notes_ == 0) return std::nullopt;
    const Nanos after_last = t - last_.at;
    const bool between = notes_ > 1 && after_last < 0ns && t > before_.at;
    const Nanos distance = between ? std::min(-after_last, t - before_.at)
                                   : std::min(std::chrono::abs(after_last),
                                              notes_ > 1 ? std::chrono::abs(t - before_.at)
                                                         : std::chrono::abs(after_last));
    if (distance > farthest) return std::nullopt;
    if (!between) {
        const bool older = notes_ > 1 && t <= before_.at;
        return Stamp{apply(t, older ? before_.raw_minus_mono : last_.raw_minus_mono), t};
    }
    const double share = static_cast<double>((t - before_.at).count()) /
                         static_cast<double>((last_.at - before_.at).count());
    const Nanos moved = last_.raw_minus_mono - before_.raw_minus_mono;
    const Nanos part{static_cast<std::int64_t>(share * static_cast<double>(moved.count()))};
    return Stamp{apply(t, before_.raw_minus_mono + part), t};
}

std::optional<OscTime> Oscillator::now(MonoTime t) const noexcept {
    if (notes_ == 0) return std::nullopt;
    return apply(t, last_.raw_minus_mono);
}

} // namespace ppsd::discipline
