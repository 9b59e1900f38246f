// The data's way from edges and bytes to samples. Time comes in with what is fed, so the real event
// loop and a test in virtual time drive the same object.
#pragma once

#include "daemon/discipline/distrust.hpp"
#include "daemon/discipline/label_train.hpp"
#include "daemon/discipline/labeller.hpp"
#include "daemon/discipline/leap_table.hpp"
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
    discipline::Labeller::Settings labeller;
    hal::UtcSecond not_before;
    std::string leap_file;               ///< the list's name, for the log
    hal::Nanos distrust{60'000'000'000}; ///< silence after what can't be; 0: none
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

    /// At `now` CLOCK_MONOTONIC_RAW was ahead of CLOCK_MONOTONIC by that: right after an edge.
    void on_oscillator(hal::MonoTime now, hal::Nanos raw_minus_mono) {
        distrust_.note_oscillator(now, raw_minus_mono);
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
    /// Since when it is that; nothing before the first tick.
    [[nodiscard]] std::optional<hal::MonoTime> state_since() const noexcept { return state_since_; }
    [[nodiscard]] const PulseInput& pulses() const noexcept { return pulses_in_; }
    [[nodiscard]] std::optional<hal::MonoTime> last_pulse() const noexcept { return last_pulse_; }
    [[nodiscard]] std::optional<hal::MonoTime> last_byte() const noexcept {
        return labels_in_.last_byte();
    }
    [[nodiscard]] std::optional<hal::Nanos> learned_delay() const noexcept {
        return labeller_.learned_delay();
    }
    [[nodiscard]] std::optional<Sample> last_sample(Feed feed) const;
    [[nodiscard]] const NmeaCounters& sentences() const noexcept { return labels_in_.counters(); }
    [[nodiscard]] const DisciplineCounters& edges() const noexcept { return pulses_in_.counters(); }
    [[nodiscard]] const DisciplineCounters& labels() const noexcept { return label_counters_; }
    [[nodiscard]] const DisciplineCounters& samples(Feed feed) const noexcept {
        return feed == Feed::pps ? pps_counters_ : nmea_counters_;
    }

  private:
    void on_label_event(const LabelInput::Event& event, hal::MonoTime now);
    void forget_lone_pulse() noexcept;
    void lose_fix();
    void judge(const discipline::Label& label, hal::MonoTime now);
    void note_delay(const discipline::Label& label, const discipline::Labeller::Outcome& outcome);
    [[nodiscard]] bool delay_unknown(const discipline::Labeller::Outcome& outcome) const;
    void say_delay_unknown();
    [[nodiscard]] discipline::Labeller::Outcome name_pulse(const discipline::Label& label,
                                                           hal::MonoTime now);
    void offer_pps(const discipline::LabelledPulse& pulse);
    [[nodiscard]] bool plausible(const discipline::LabelledPulse& pulse);
    void offer_nmea(const discipline::Label& label);
    void publish_due(Feed feed, std::optional<Publisher>& publisher, hal::MonoTime now);
    void lose_pulses_if_silent(hal::MonoTime now);
    [[nodiscard]] std::optional<hal::Nanos> label_delay() const;
    [[nodiscard]] hal::Nanos whole_seconds_ahead(Feed feed, hal::Nanos ahead) const;
    void cross_check(Feed feed, const Sample& sample);
    [[nodiscard]] discipline::Leap leap_at(hal::UtcSecond second);
    void report_label(const discipline::Label& label, const discipline::Labeller::Outcome& outcome);
    [[nodiscard]] State judge_state(hal::MonoTime now) const;
    [[nodiscard]] State state_without_labels(hal::MonoTime now) const;
    [[nodiscard]] bool hears(hal::MonoTime now) const;
    void report_state(hal::MonoTime now);
    void look_again_at_state(hal::MonoTime now);
    void say_state(hal::MonoTime now);

    PipelineSettings settings_;
    hal::Clock& clock_;
    discipline::LeapTable leaps_;
    const Log& log_;

    PulseInput pulses_in_;
    LabelInput labels_in_;
    discipline::Labeller labeller_;
    discipline::LabelTrain label_train_;
    discipline::Distrust distrust_;
    discipline::Jitter label_jitter_;
    std::optional<Publisher> pps_out_;
    std::optional<Publisher> nmea_out_;
    std::uint32_t generation_; ///< of the system clock, as far as the outputs know

    std::optional<hal::MonoTime> started_;     ///< the first tick
    std::optional<hal::MonoTime> state_check_; ///< when silence will have lasted for long enough
    std::optional<hal::MonoTime> last_pulse_;
    std::optional<hal::MonoTime> last_label_;
    std::optional<discipline::Label> to_judge_;
    bool fix_denied_ = false;
    bool labels_trusted_ = false;
    int strange_ = 0;     ///< labels in a row, while searching, that came otherwise than is known
    int pulses_told_ = 0; ///< pulses of a train that labels came after while searching; to 2
    std::optional<hal::MonoTime> told_by_; ///< the last of them
    bool taught_untrusted_ = false;        ///< the delay, while the train didn't trust the labels
    bool delay_unknown_said_ = false;
    bool contradicted_ = false; ///< the labels unlocked these pulses: the NMEA time is in doubt too
    bool leap_list_warned_ = false;
    bool whole_second_warned_ = false;
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
