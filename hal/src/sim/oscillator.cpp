#include "sim/oscillator.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hal::sim {

namespace {
constexpr int seconds_between_swings = 16; // a temperature doesn't change faster, and sin() costs
constexpr double fastest_warming = 10.0 / 60; // ppm in a second
} // namespace

void Oscillator::advance(TrueTime t, const Parameters& parameters) noexcept {
    if (--until_swing_ <= 0) {
        until_swing_ = seconds_between_swings;
        const double turns = static_cast<double>(t.ns()) * 1e-9 / parameters["clock.swing-period"];
        swing_ = parameters["clock.swing"] * std::sin(2 * std::numbers::pi * turns);
    }
    if (const double walk = parameters["clock.walk"]; walk > 0) walked_ += walk * random_.normal();
    warmed_ += std::clamp(parameters["clock.temperature-step"] - warmed_, -fastest_warming,
                          fastest_warming);
    oscillator_ = (parameters["clock.drift"] + swing_ + warmed_) * 1e-6 + walked_ * 1e-9;
    begin_segment(t);
}

void Oscillator::slew(TrueTime t, double ppm) noexcept {
    slew_ = ppm * 1e-6;
    begin_segment(t);
}

void Oscillator::sleep(TrueTime t, bool sleeps) noexcept {
    if (sleeps) {
        awake_ = now_;
        slept_from_ = t;
    }
    sleeps_ = sleeps;
    begin_segment(t);
}

void Oscillator::begin_segment(TrueTime t) noexcept {
    const MonoTime mono = to_mono(t);
    const Nanos raw = to_raw(t);
    before_ = now_;
    if (sleeps_)
        now_ = {t, mono, -1, raw, -1, 0};
    else
        now_ = {t,   mono,        (1 + oscillator_) * (1 + slew_) - 1,
                raw, oscillator_, -slew_ / (1 + slew_)};
}

} // namespace hal::sim
