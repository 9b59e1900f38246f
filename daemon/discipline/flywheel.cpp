#include "daemon/discipline/flywheel.hpp"

#include <algorithm>
#include <cmath>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr int memory = 32; // pulses
constexpr double worst_rate = 500e-6;
constexpr double temperature = 20e-6;
// USB bridges poll every 16 ms; what scatters by more is no pulse.
constexpr Nanos most_scatter = 4ms;
constexpr int scatter_pulses = 16;
constexpr int largest_lesson = 4; // times the scatter: one outlier teaches no more

Nanos times(Nanos d, double by) {
    return Nanos{static_cast<std::int64_t>(static_cast<double>(d.count()) * by)};
}

constexpr WheelTime whole(WheelTime t) {
    return WheelTime{} + std::chrono::seconds{nearest_second(t - WheelTime{})};
}

} // namespace

WheelTime Flywheel::at(OscTime t) const noexcept {
    const Nanos since = t - osc_;
    return wheel_ + since - times(since, rate_);
}

// What the slope of a line through so many points that scatter may be wrong by (six deviations).
double Flywheel::rate_error() const noexcept {
    const double n = pulses_;
    if (pulses_ < 2) return worst_rate;
    const double scatter = static_cast<double>(scatter_.count()) * 1e-9 * 1.25;
    return std::min(worst_rate, temperature + 6 * scatter * std::sqrt(12 / (n * n * n)));
}

Nanos Flywheel::drift_over(Nanos length) const noexcept {
    return times(std::chrono::abs(length), rate_error());
}

Nanos Flywheel::set_phase(OscTime pulse) noexcept {
    const WheelTime before = at(pulse);
    osc_ = pulse;
    wheel_ = whole(before);
    return wheel_ - before;
}

Nanos Flywheel::begin(OscTime first, OscTime last, std::int64_t seconds, Nanos error) noexcept {
    const Nanos moved = set_phase(last);
    const Nanos apart = last - first - std::chrono::seconds{seconds};
    const double rate = static_cast<double>(apart.count()) * 1e-9 / static_cast<double>(seconds);
    rate_ = std::clamp(rate, -worst_rate, worst_rate);
    scatter_ = std::clamp(error, least, most_scatter);
    pulses_ = static_cast<int>(std::min<std::int64_t>(seconds + 1, memory));
    return moved;
}

void Flywheel::learn_scatter(Nanos error) noexcept {
    const Nanos lesson = std::min(std::chrono::abs(error), largest_lesson * scatter_ + least);
    scatter_ = std::min(scatter_ + (lesson - scatter_) / scatter_pulses, most_scatter);
}

// What the scatter doesn't explain is the rate's doing, if it can be.
Nanos Flywheel::jump(OscTime pulse) noexcept {
    const Nanos error = at(pulse) - whole(at(pulse));
    const Nanos beyond = error - std::clamp(error, -scatter_limit(), scatter_limit());
    if (std::chrono::abs(beyond) <= drift(pulse)) teach_rate(beyond, 1, pulse);
    pulses_ = std::min(pulses_, memory / 4);
    return set_phase(pulse);
}

void Flywheel::teach_rate(Nanos error, double share, OscTime pulse) noexcept {
    const double seconds = std::max(1.0, static_cast<double>((pulse - osc_).count()) * 1e-9);
    const double lesson = static_cast<double>(error.count()) * 1e-9 / seconds;
    rate_ = std::clamp(rate_ + share * lesson, -worst_rate, worst_rate);
}

Nanos Flywheel::follow(OscTime pulse) noexcept {
    const WheelTime before = at(pulse);
    const Nanos error = before - whole(before);
    pulses_ = std::min(pulses_ + 1, memory);
    const double n = pulses_;
    const double alpha = 2 * (2 * n - 1) / (n * (n + 1));
    const double beta = 6 / (n * (n + 1));
    const Nanos most = largest_lesson * scatter_ + least;
    const Nanos lesson = std::clamp(error, -most, most);
    const Nanos moved = -times(lesson, alpha);
    teach_rate(lesson, beta, pulse);
    osc_ = pulse;
    wheel_ = before + moved;
    learn_scatter(error);
    return moved;
}

} // namespace ppsd::discipline
