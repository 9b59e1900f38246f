// A pipeline with a flight recorder, fed in virtual time as the daemon does it.
#pragma once

#include "daemon/record/intake.hpp"
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
        clock.raw_minus_mono = raw_minus_mono;
        clock.set(begin(first) - 500ms);
        tick(clock.now());
    }

    [[nodiscard]] static MonoTime begin(std::int64_t n) {
        return first_mono + std::chrono::seconds{n};
    }

    void tick(MonoTime t) {
        clock.set(t);
        daemon_->intake.begin_turn();
        daemon_->intake.end_turn();
    }
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
        come(t, PulseEdge{t, polarity, generation});
    }
    void bytes(MonoTime t, std::string_view text) { come(t, ByteChunk{text, t}); }
    void rate(MonoTime t, unsigned baud) { come(t, LineRate{t, baud}); }
    void leap_list(MonoTime t, const std::string& list) { come(t, NewLeapList{t, list}); }
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

    void come(MonoTime t, const Input& input) {
        run_until(t);
        daemon_->intake.begin_turn();
        daemon_->intake.on(input);
        clock.set(t + 50us);
        daemon_->intake.end_turn();
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
              intake{pipeline, tape.clock, &recorder, tape.log_} {}

        Recorder recorder;
        Pipeline pipeline;
        Intake intake;
    };

    Log log_{LogLevel::error, false};
    std::int64_t n_;
    std::unique_ptr<Daemon> daemon_;
};

} // namespace ppsd::app::test
