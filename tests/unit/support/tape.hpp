// A pipeline with a flight recorder, fed in virtual time as the daemon does it.
#pragma once

#include "daemon/record/recorder.hpp"
#include "daemon/record/recording_head.hpp"
#include "daemon/settings/leap_file.hpp"
#include "daemon/settings/pipeline_settings.hpp"
#include "tests/unit/support/fakes.hpp"
#include "tests/unit/support/sentences.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace ppsd::app::test {

inline Options taped_options() {
    Options options;
    options.pps = options.nmea = "sim:";
    options.edge = EdgeChoice::rising;
    options.not_before = *parse_date("2026-01-01");
    return options;
}

class Tape {
  public:
    /// first: the first true second.
    explicit Tape(const std::string& path, const Options& options = taped_options(),
                  std::int64_t first = 0, std::uint64_t size = 64 << 20)
        : n_{first}, daemon_{std::make_unique<Daemon>(*this, path, options, size)} {
        clock.set(begin(first) - 500ms);
        tick(clock.now());
    }

    [[nodiscard]] static MonoTime begin(std::int64_t n) {
        return first_mono + std::chrono::seconds{n};
    }

    void tick(MonoTime t) {
        clock.set(t);
        daemon_->intake.tick(t, raw_minus_mono(t));
    }
    /// The oscillator could not be read.
    void tick_blindly(MonoTime t) { daemon_->intake.tick(t, std::nullopt); }
    [[nodiscard]] std::optional<MonoTime> deadline() const { return daemon_->pipeline.deadline(); }
    /// Its CLOCK_MONOTONIC is slewed by 100 ppm.
    [[nodiscard]] static Nanos raw_minus_mono(MonoTime t) { return 7s - (t - first_mono) / 10'000; }
    /// Ticks a little late, as the daemon does.
    void run_until(MonoTime t) {
        const Pipeline& pipeline = daemon_->pipeline;
        for (auto due = pipeline.deadline(); due && *due + late <= t; due = pipeline.deadline())
            tick(std::max(*due + late, clock.now()));
        clock.set(t);
    }
    void edge(MonoTime t, Polarity polarity = Polarity::rising,
              std::optional<std::uint32_t> generation = {}) {
        wake_up(t);
        daemon_->intake.on(PulseEdge{t, polarity, generation});
        tick(t + 50us);
    }
    void bytes(MonoTime t, std::string_view text) {
        wake_up(t);
        daemon_->intake.on(ByteChunk{text, t});
        tick(t + 50us);
    }
    void clock_step(MonoTime t) {
        wake_up(t);
        daemon_->intake.on(ClockStep{t});
        tick(t + 50us);
    }
    void leap_list(MonoTime t, const std::string& list) {
        run_until(t);
        daemon_->intake.on(NewLeapList{t, list});
        tick(t + 50us);
    }
    /// Whole seconds: a pulse that scatters a little, and a sentence that scatters more.
    void seconds(int count, bool with_sentences = true) {
        for (; count > 0; --count, ++n_) {
            edge(begin(n_) + Nanos{n_ * n_ * 7919 % 3000});
            if (with_sentences)
                bytes(begin(n_) + 120ms + Nanos{n_ * 104'729 % 5'000'000}, rmc(first_second + n_));
        }
        run_until(begin(n_) - 1ms);
    }
    /// The true second that comes next.
    [[nodiscard]] std::int64_t next() const { return n_; }

    /// Writes what waits, and ends the recording.
    void end() { daemon_.reset(); }

    FakeClock clock;
    RecordingOutput pps{clock};
    RecordingOutput nmea{clock};

  private:
    static constexpr Nanos late = 300us;

    void wake_up(MonoTime t) {
        run_until(t);
        daemon_->intake.on(OscillatorNote{t, raw_minus_mono(t)});
    }

    static RecorderSettings tape_settings(const std::string& path, const Options& options,
                                          std::int64_t run, std::uint64_t size) {
        RecorderSettings settings{path, size, run, recording_head(options)};
        settings.leap_list = leap_list_in(options.leap_file);
        return settings;
    }

    struct Daemon {
        Daemon(Tape& tape, const std::string& path, const Options& options, std::uint64_t size)
            : recorder{tape_settings(path, options, 1000 + tape.n_, size), tape.clock, tape.log_},
              pipeline{pipeline_settings(options),
                       recorder.clock(),
                       recorder.outputs({{&tape.pps, &tape.nmea}}),
                       {},
                       tape.log_},
              intake{pipeline, &recorder} {}

        Recorder recorder;
        Pipeline pipeline;
        Intake intake;
    };

    Log log_{LogLevel::error, false};
    std::int64_t n_;
    std::unique_ptr<Daemon> daemon_;
};

} // namespace ppsd::app::test
