// The board's oscillator, and who slews it: CLOCK_MONOTONIC as a function of true time.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/sim/random.hpp"
#include "hal/sim/true_time.hpp"

#include <algorithm>
#include <cmath>

namespace hal::sim {

/// Its rate is constant between two calls of advance() or slew(): its offset, a random walk and a
/// sinusoid by temperature, times what the clock's keeper slews by. More than ten members: each of
/// these has its own.
class Oscillator {
  public:
    /// At true time 0 CLOCK_MONOTONIC reads `at_zero`.
    Oscillator(MonoTime at_zero, Random random)
        : now_{{}, at_zero, 0, at_zero - MonoTime{}, 0}, before_{now_}, random_{random} {}

    /// Right from the change of rate before the last one on, and just before the last sleep.
    [[nodiscard]] MonoTime to_mono(TrueTime t) const noexcept {
        const Segment& segment = t < slept_from_ ? awake_ : t < now_.begin ? before_ : now_;
        const Nanos since = t - segment.begin;
        const double extra = static_cast<double>(since.count()) * segment.rate;
        return segment.mono + since + Nanos{std::llrint(extra)};
    }

    /// CLOCK_MONOTONIC_RAW: the oscillator itself, which nobody slews.
    [[nodiscard]] Nanos to_raw(TrueTime t) const noexcept {
        const Segment& segment = t < now_.begin ? before_ : now_;
        const Nanos since = t - segment.begin;
        return segment.raw + since +
               Nanos{std::llrint(static_cast<double>(since.count()) * segment.raw_rate)};
    }

    /// The same at a time of CLOCK_MONOTONIC: right from the change of rate before the last one on.
    [[nodiscard]] OscTime to_osc(MonoTime t) const noexcept {
        const Segment& segment = t < now_.mono ? before_ : now_;
        const Nanos since = t - segment.mono;
        // What it gains on CLOCK_MONOTONIC alone, so that a long time rounds as well as a short.
        const double extra = static_cast<double>(since.count()) * segment.raw_gain;
        return OscTime{} + segment.raw + since + Nanos{std::llrint(extra)};
    }

    /// When the oscillator reads that, as long as its rate stays.
    [[nodiscard]] TrueTime to_true(OscTime t) const noexcept {
        const Nanos since = t - OscTime{} - now_.raw;
        const double gain = now_.raw_rate / (1 + std::max(now_.raw_rate, -0.5));
        return now_.begin + since - Nanos{std::llrint(static_cast<double>(since.count()) * gain)};
    }

    /// Until told otherwise the machine sleeps, and none of these clocks runs; or it wakes up.
    void sleep(TrueTime t, bool sleeps) noexcept;

    /// A second has gone by: the rate goes on walking and swinging.
    void advance(TrueTime t, const Parameters& parameters) noexcept;

    /// From t on MONOTONIC (and REALTIME) runs fast by `ppm` more than the oscillator does.
    void slew(TrueTime t, double ppm) noexcept;

    /// How fast it runs, as a fraction: 1e-6 is a ppm.
    [[nodiscard]] double rate() const noexcept { return now_.rate; }

  private:
    struct Segment {
        TrueTime begin;
        MonoTime mono;
        double rate = 0;
        Nanos raw{0};
        double raw_rate = 0;
        double raw_gain = 0; ///< on CLOCK_MONOTONIC, by which it is slewed back
    };

    void begin_segment(TrueTime t) noexcept;

    Segment now_;
    Segment before_;
    Segment awake_; ///< before the last sleep
    TrueTime slept_from_ = TrueTime::from_ns(INT64_MIN);
    Random random_;
    double oscillator_ = 0; ///< its own rate, without slewing
    double walked_ = 0;
    double swing_ = 0;
    double warmed_ = 0; ///< ppm, of clock.temperature-step
    double slew_ = 0;
    bool sleeps_ = false;
    int until_swing_ = 0;
};

} // namespace hal::sim
