// A pipeline on a bench: fed in virtual time, ticked when it asks for it and at every input.
#pragma once

#include "daemon/app/pipeline.hpp"
#include "tests/unit/app/capture.hpp"
#include "tests/unit/app/fakes.hpp"
#include "tests/unit/nmea/sentences.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ppsd::app::test {

/// "hhmmss.00" and "ddmmyy" of a second.
inline std::string time_field(UtcSecond second) {
    const auto of_day = second.posix() % 86400;
    return fmt::format("{:02}{:02}{:02}.00", of_day / 3600, of_day / 60 % 60, of_day % 60);
}
inline std::string date_field(UtcSecond second) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(sys_seconds{seconds{second.posix()}})};
    return fmt::format("{:02}{:02}{:02}", static_cast<unsigned>(date.day()),
                       static_cast<unsigned>(date.month()), static_cast<int>(date.year()) % 100);
}

/// What a receiver says about a second: "$GNRMC,…*hh\r\n".
inline std::string rmc(UtcSecond second, std::string_view status = "A") {
    return nmea::test::seal(
        nmea::test::rmc_text(time_field(second), date_field(second), status));
}
inline std::string gga(UtcSecond second, std::string_view quality = "1") {
    return nmea::test::seal(nmea::test::gga_text(time_field(second), quality));
}

inline constexpr UtcSecond before_all = UtcSecond::from_posix(1'767'225'600); // 2026-01-01

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
        : clock{ahead}, pps{clock}, nmea{clock}, log_{level, true},
          pipeline{with, clock, {&pps, &nmea}, std::move(leaps), log_} {
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
        run_until(t);
        pipeline.on_edge({t, polarity, generation});
        tick(t);
    }

    void bytes(MonoTime t, std::string_view bytes) {
        run_until(t);
        pipeline.on_bytes({bytes, t});
        tick(t);
    }

    void tick(MonoTime t) {
        clock.set(t);
        pipeline.tick(t);
        // Else the loop would spin.
        const auto next = pipeline.deadline();
        if (next) REQUIRE(*next > t);
        if (states.empty() || states.back() != pipeline.state()) states.push_back(pipeline.state());
    }

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
        for (; count > 0; --count, ++n) edge(begin(n));
        run_until(begin(n) - 1ns);
    }
    void sentences(std::int64_t n, std::int64_t count) {
        for (; count > 0; --count, ++n) bytes(begin(n) + delay, rmc(second(n)));
        run_until(begin(n) - 1ns);
    }

    std::vector<State> states; ///< that it went through
    FakeClock clock;
    RecordingOutput pps;
    RecordingOutput nmea;
    Nanos delay = 120ms;
    Capture err;

  private:
    Log log_;

  public:
    Pipeline pipeline;
};

/// n, n + 1, … as POSIX counts.
inline std::vector<std::int64_t> second_numbers(std::int64_t n, std::int64_t count) {
    std::vector<std::int64_t> numbers;
    for (; count > 0; --count, ++n) numbers.push_back(Bench::second(n).posix());
    return numbers;
}

} // namespace ppsd::app::test
