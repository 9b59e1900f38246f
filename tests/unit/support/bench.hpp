// A pipeline on a bench: fed in virtual time, ticked when it asks for it and at every input, with a
// note of the oscillator before each of them.
#pragma once

#include "daemon/pipeline/pipeline.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/fakes.hpp"
#include "tests/unit/support/sentences.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ppsd::app::test {

inline constexpr UtcSecond before_all = UtcSecond::from_posix(1'767'225'600); // 2026-01-01

/// So many regular edges find the pulses' phase: see discipline/edges.hpp.
inline constexpr int edges_to_find = 5;

/// Rising edges lead, for a test need not wait then until `auto` has decided.
inline PipelineSettings settings() {
    PipelineSettings settings;
    settings.edge = discipline::EdgeRule::rising;
    settings.not_before = before_all;
    return settings;
}

class Bench {
  public:
    explicit Bench(const PipelineSettings& with = settings(), discipline::LeapTable leaps = {},
                   Nanos ahead = Nanos{0}, LogLevel level = LogLevel::info)
        : clock{ahead}, pps{clock}, nmea{clock}, log_{level, true}, pipeline{with,
                                                                             clock,
                                                                             {{&pps, &nmea}},
                                                                             std::move(leaps),
                                                                             log_} {
        clock.set(begin(0) - 500ms);
    }

    /// The true second `n`, and when it begins.
    [[nodiscard]] static UtcSecond second(std::int64_t n) { return first_second + n; }
    [[nodiscard]] static MonoTime begin(std::int64_t n) {
        return first_mono + std::chrono::seconds{n};
    }
    /// The same on the system's clock.
    [[nodiscard]] RealTime real(std::int64_t n) { return clock.offset().to_real(begin(n)); }

    void run_until(MonoTime t) {
        for (auto due = pipeline.deadline(); due && *due <= t; due = pipeline.deadline())
            tick(std::max(*due, clock.now()));
        clock.set(t);
    }

    void edge(MonoTime t, Polarity polarity = Polarity::rising,
              std::optional<std::uint32_t> generation = {}) {
        edge(PulseEdge{t, polarity, generation});
    }
    void edge(const PulseEdge& edge) {
        run_until(edge.time);
        wake_up(edge.time);
        pipeline.on(edge);
        tick(edge.time);
    }

    void bytes(MonoTime t, std::string_view bytes) {
        run_until(t);
        wake_up(t);
        pipeline.on(ByteChunk{bytes, t});
        tick(t);
    }

    /// As the daemon does it before each input and tick: the clock's news, and how the oscillator
    /// stands.
    void wake_up(MonoTime t) {
        news();
        pipeline.on(OscillatorNote{t, raw_minus_mono});
    }

    /// Whether the clock was set.
    void news() {
        if (clock.offset() != pipeline.known_offset()) pipeline.on(ClockStep{clock.now()});
    }

    void tick(MonoTime t) {
        clock.set(t);
        wake_up(t);
        pipeline.on(Tick{t});
        // Else the loop would spin. What waits for news of the clock has them with the next tick.
        const auto next = pipeline.deadline();
        if (next && clock.offset() == pipeline.known_offset()) REQUIRE(*next > t);
        if (states.empty() || states.back() != pipeline.state()) states.push_back(pipeline.state());
    }

    void new_leap_list(const std::string& text) { pipeline.on(NewLeapList{clock.now(), text}); }

    /// Seconds from `n` on, whole: a pulse, and a sentence `delay` after it.
    void seconds(std::int64_t n, std::int64_t count) {
        for (; count > 0; --count, ++n) {
            edge(begin(n));
            bytes(begin(n) + delay, rmc(second(n)));
        }
        run_until(begin(n) - 1ns);
    }

    /// Only the pulses, or only the sentences.
    void pulses(std::int64_t n, std::int64_t count) {
        for (; count > 0; --count, ++n)
            edge(begin(n));
        run_until(begin(n) - 1ns);
    }
    void sentences(std::int64_t n, std::int64_t count) {
        for (; count > 0; --count, ++n)
            bytes(begin(n) + delay, rmc(second(n)));
        run_until(begin(n) - 1ns);
    }

    std::vector<State> states; ///< that it went through
    FakeClock clock;
    RecordingOutput pps;
    RecordingOutput nmea;
    Nanos delay = 120ms;
    Nanos raw_minus_mono = 7s;
    Capture err;

  private:
    Log log_;

  public:
    Pipeline pipeline;
};

/// n, n + 1, … as POSIX counts.
inline std::vector<std::int64_t> second_numbers(std::int64_t n, std::int64_t count) {
    std::vector<std::int64_t> numbers;
    for (; count > 0; --count, ++n)
        numbers.push_back(Bench::second(n).posix());
    return numbers;
}

} // namespace ppsd::app::test
