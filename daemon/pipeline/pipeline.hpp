// The data's way from edges and bytes to samples. Time comes in with what is fed, so the real event
// loop and a test in virtual time drive the same object.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/discipline/oscillator.hpp"
#include "daemon/discipline/timekeeper.hpp"
#include "daemon/pipeline/clock_guard.hpp"
#include "daemon/pipeline/label_input.hpp"
#include "daemon/pipeline/publisher.hpp"
#include "daemon/pipeline/pulse_input.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/text/log.hpp"
#include "daemon/text/rate_limit.hpp"
#include "hal/byte_source.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"

#include <optional>
#include <string>

namespace ppsd::app {

struct PipelineSettings {
    bool pulses = true; ///< a pulse source is configured
    discipline::EdgeRule edge = discipline::EdgeRule::automatic;
    hal::Nanos pps_delay{0}; ///< subtracted from each edge
    discipline::Timekeeper::Settings keeper;
    hal::UtcSecond not_before;
    std::optional<int> baud; ///< of the receiver's line; nothing if it has no rate that limits it
    nmea::Checksum checksum = nmea::Checksum::required;
    Trust trust = Trust::clock;
    /// The system clock may follow a ppsd that ran before, since the boot: see clock_check.hpp.
    bool published_before = false;
};

/// Where each feed goes; nullptr: nowhere. They must outlive the pipeline.
struct PipelineOutputs {
    Output* pps = nullptr;
    Output* nmea = nullptr;
};

class Pipeline {
  public:
    /// The clock, the outputs and the log must outlive it.
    Pipeline(const PipelineSettings& settings, hal::Clock& clock, PipelineOutputs outputs,
             discipline::LeapTable leaps, const Log& log);

    /// What came in. Feed edges before the bytes that came at the same wake-up, so that labels
    /// find their pulses; then tick().
    void on_edge(const hal::PulseEdge& edge);
    void on_bytes(const hal::ByteChunk& chunk);

    /// The system clock may have been set: takes back what lies unread, if it was and nobody has
    /// noticed yet.
    void on_clock_step();

    /// A newer list of leap seconds than the one that it was made with.
    void on_leap_list(discipline::LeapTable leaps);

    /// The machine slept for so long, while CLOCK_MONOTONIC stood still, and is awake by now:
    /// everything begins anew.
    void on_sleep(hal::MonoTime now, hal::Nanos length);

    /// At `now` CLOCK_MONOTONIC_RAW was ahead of CLOCK_MONOTONIC by that: at each wake-up, before
    /// what came in is handed over, and before a tick.
    void on_oscillator(hal::MonoTime now, hal::Nanos raw_minus_mono) {
        oscillator_.note(now, raw_minus_mono);
    }

    /// Does what is due at `now`: burst ends, labels to judge, samples to publish, holdover.
    void tick(hal::MonoTime now);

    /// When tick() is next needed, if nothing comes before. Before the first one: at once.
    /// unread_until: what the receiver sends is not looked at before that, so no burst ends.
    [[nodiscard]] std::optional<hal::MonoTime>
    deadline(std::optional<hal::MonoTime> unread_until = {}) const;

    [[nodiscard]] State state() const noexcept { return state_; }
    /// Arrival of the last label.
    [[nodiscard]] std::optional<hal::MonoTime> last_label() const noexcept { return last_label_; }
    /// By what came last before `now`.
    [[nodiscard]] StateText explanation(hal::MonoTime now) const;
    /// Since when it is that; nothing before the first tick.
    [[nodiscard]] std::optional<hal::MonoTime> state_since() const noexcept { return state_since_; }
    [[nodiscard]] const PulseInput& pulses() const noexcept { return pulses_in_; }
    [[nodiscard]] std::optional<hal::MonoTime> last_pulse() const noexcept {
        return pulses_in_.last_pulse();
    }
    [[nodiscard]] const discipline::Timekeeper& keeper() const noexcept { return keeper_; }
    [[nodiscard]] std::optional<hal::MonoTime> last_byte() const noexcept {
        const auto last = labels_in_.last_byte();
        return last ? std::optional{last->mono} : std::nullopt;
    }
    [[nodiscard]] std::optional<hal::Nanos> learned_delay() const noexcept {
        return keeper_.delay();
    }
    [[nodiscard]] std::optional<Sample> last_sample(Feed feed) const;
    /// The system clock may follow what was published: a ppsd that is started after this one, and
    /// before the next boot, has to know (PipelineSettings::published_before).
    [[nodiscard]] bool clock_may_follow_us() const noexcept {
        return guard_.check().may_follow_us();
    }
    [[nodiscard]] const NmeaCounters& sentences() const noexcept { return labels_in_.counters(); }
    [[nodiscard]] const DisciplineCounters& edges() const noexcept { return pulses_in_.counters(); }
    [[nodiscard]] const DisciplineCounters& labels() const noexcept { return label_counters_; }
    [[nodiscard]] const DisciplineCounters& samples(Feed feed) const noexcept {
        return feed == Feed::pps ? pps_counters_ : nmea_counters_;
    }

  private:
    void on_label_event(const LabelInput::Event& event, hal::MonoTime now);
    void lose_fix();
    void judge(const discipline::Label& label, hal::MonoTime now);
    void report_label(const discipline::Label& label,
                      const discipline::Timekeeper::Outcome& outcome);
    void offer_nmea(const discipline::Label& label, const discipline::Timekeeper::Outcome& outcome);
    void offer_pps(const discipline::LabelledPulse& pulse);
    void publish_due(Feed feed, std::optional<Publisher>& publisher, hal::MonoTime now);
    [[nodiscard]] bool refuses(Feed feed, const Publisher::Reading& reading, hal::MonoTime now);
    [[nodiscard]] ClockGuard::Limits limits(Feed feed, hal::UtcSecond second) const;
    void note_published(Feed feed, const Publisher::Outcome& published);
    [[nodiscard]] discipline::Leap leap_at(hal::UtcSecond second);
    [[nodiscard]] bool pulses_come(hal::MonoTime now) const;
    [[nodiscard]] State judge_state(hal::MonoTime now) const;
    [[nodiscard]] State state_without_pulses(hal::MonoTime now) const;
    [[nodiscard]] State state_by_input(hal::MonoTime now) const;
    [[nodiscard]] State state_without_labels(hal::MonoTime now) const;
    [[nodiscard]] State state_by_verdict() const;
    [[nodiscard]] bool hears(hal::MonoTime now) const;
    void report_state(hal::MonoTime now);
    [[nodiscard]] std::optional<hal::MonoTime> state_check() const;
    void say_state(hal::MonoTime now);

    PipelineSettings settings_;
    hal::Clock& clock_;
    discipline::LeapTable leaps_;
    const Log& log_;

    discipline::Oscillator oscillator_;
    PulseInput pulses_in_;
    LabelInput labels_in_;
    discipline::Timekeeper keeper_;
    std::optional<Publisher> pps_out_;
    std::optional<Publisher> nmea_out_;
    ClockGuard guard_;
    std::uint32_t generation_; ///< of the system clock, as far as the outputs know

    std::optional<hal::MonoTime> started_; ///< the first tick
    hal::MonoTime state_judged_;           ///< at the last tick
    std::optional<hal::MonoTime> last_label_;
    bool fix_denied_ = false;
    bool leap_list_warned_ = false;
    discipline::Verdict last_verdict_ = discipline::Verdict::locking;
    State state_ = State::starting;
    std::optional<hal::MonoTime> state_since_;
    int unsaid_states_ = 0;
    RateLimit state_lines_{20, std::chrono::seconds{30}};
    DisciplineCounters label_counters_;
    DisciplineCounters pps_counters_;
    DisciplineCounters nmea_counters_;
};

} // namespace ppsd::app
