#include "daemon/pipeline/irq_lateness.hpp"

#include <algorithm>

namespace ppsd::app {

using namespace hal;

namespace {

// Pulses that follow each other: a second apart, on an oscillator that is off by 500 ppm, and
// stamps that are late by up to a millisecond.
constexpr Nanos tolerance = 2ms;
constexpr int stretched_by = 4;
constexpr Nanos resolution = 500ns;
constexpr Nanos largest_at_first = 250us;

bool follow(OscTime first, OscTime second) noexcept {
    return std::chrono::abs(second - first - 1s) <= tolerance;
}

template <std::size_t size>
Nanos median_of(std::array<Nanos, size> values, std::size_t count) noexcept {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(values.begin(), middle, values.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

} // namespace

std::optional<Nanos> IrqLateness::add(OscTime stamp, Stamping stamping) noexcept {
    const Pulse pulse{stamp, stamping == Stamping::polled};
    const auto& [first, middle] = last_;
    const bool between = first && middle && first->polled && !middle->polled && pulse.polled;
    std::optional<Nanos> late;
    if (between && follow(first->stamp, middle->stamp) && follow(middle->stamp, stamp)) {
        late = middle->stamp - first->stamp - (stamp - first->stamp) / 2;
        measured_[count_++ % kept] = *late;
    }
    last_ = {last_[1], pulse};
    return late;
}

std::size_t IrqLateness::size() const noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(count_, kept));
}

std::optional<Nanos> IrqLateness::median() const noexcept {
    if (count_ < least) return std::nullopt;
    return median_of(measured_, size());
}

Nanos IrqLateness::spread() const noexcept {
    if (count_ == 0) return 0ns;
    const Nanos middle = median_of(measured_, size());
    Sorted off = measured_;
    for (Nanos& one : off)
        one = std::chrono::abs(one - middle);
    return median_of(off, size());
}

bool PolledBounds::stretched(Nanos bound) noexcept {
    const Nanos most = count_ < needed ? largest_at_first : *usual() * stretched_by + resolution;
    bounds_[count_++ % kept] = bound;
    return bound > most;
}

std::optional<Nanos> PolledBounds::of(MonoTime pulse) const noexcept {
    const auto found = std::ranges::find(pulses_, pulse, &Pulse::time);
    return found == pulses_.end() ? std::nullopt : std::optional{found->bound};
}

std::optional<Nanos> PolledBounds::usual() const noexcept {
    if (count_ == 0) return std::nullopt;
    return median_of(bounds_, static_cast<std::size_t>(std::min<std::uint64_t>(count_, kept)));
}

} // namespace ppsd::app
