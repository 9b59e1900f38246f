// The data's way from edges and bytes to samples. Time comes in with what is fed, so the real event
// loop, a recording, a simulated world and a test drive the same object.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/discipline/oscillator.hpp"
#include "daemon/discipline/timekeeper.hpp"
#include "daemon/pipeline/announced_leaps.hpp"
#include "daemon/pipeline/clock_guard.hpp"
#include "daemon/pipeline/label_input.hpp"
#include "daemon/pipeline/missed_pulses.hpp"
#include "daemon/pipeline/publisher.hpp"
#include "daemon/pipeline/pulse_input.hpp"
#include "daemon/pipeline/receiver_leaps.hpp"
#include "daemon/pipeline/state_report.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"
#include "hal/input.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::app {

struct PipelineSettings {
    bool pulses = true; ///< a pulse source is configured
    discipline::EdgeRule edge = discipline::EdgeRule::automatic;
    EdgeDelays delays;
    Poll poll = Poll::no;
    discipline::Timekeeper::Settings keeper;
    hal::UtcSecond not_before;
    std::optional<int> baud; ///< of the receiver's line; nothing if it has no rate that limits it
    nmea::Checksum checksum = nmea::Checksum::required;
    Trust trust = Trust::clock;
    /// The system clock may follow a ppsd that ran before, since the boot: see clock_check.hpp.
    bool published_before = false;
};

/// Where each feed goes; nullptr: nowhere. They must outlive the pipeline.
using PipelineOutputs = hal::ByFeed<Output*>;

/// Owns the parts and hands on what passes between them; what it keeps itself is what the system
/// clock and the labels said last. More than ten members: one for each part.
class Pipeline {
  public:
    /// The clock, the outputs and the log must outlive it.
    Pipeline(const PipelineSettings& settings, hal::Clock& clock, const PipelineOutputs& outputs,
             discipline::LeapTable leaps, const Log& log);
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// Whatever comes in, in the order that hal/input.hpp says. A Tick does what is due: burst
    /// ends, labels to judge, samples to publish, holdover. A list of leap seconds that is none is
    /// left out.
    void on(const hal::Input& input) {
        std::visit([this](const auto& in) { take(in); }, input);
    }
    /// The same, of what the caller knows the kind of.
    template <class Kind>
    void on(const Kind& in) {
        take(in);
    }

    /// The edge to wait for after what came last before `now`; nothing: all are to be looked at.
    [[nodiscard]] std::optional<hal::AwaitedEdge> await(hal::MonoTime now) noexcept {
        const auto time = oscillator_.now(now);
        return time ? pulses_in_.await(*time, keeper_) : std::nullopt;
    }
    /// It didn't come, or polling didn't find it.
    void missed_awaited() noexcept { pulses_in_.timing().missed(); }
    /// Edges come from a line that was opened anew.
    void lost_train() noexcept { pulses_in_.timing().lost_train(); }

    /// For turns in which no Tick is due: says in the log, and to who asks, what came of them.
    void report(hal::MonoTime now) { report_.tick(now); }

    /// When a Tick is next needed, if nothing comes before. Before the first one: at once.
    /// unread_until: what the receiver sends is not looked at before that, so no burst ends.
    [[nodiscard]] std::optional<hal::MonoTime>
    deadline(std::optional<hal::MonoTime> unread_until = {}) const;

    /// Of the system clock, as of its last news: where the clock has another one by now, a
    /// ClockStep is wanted, and nothing is published before it.
    [[nodiscard]] const hal::ClockOffset& known_offset() const noexcept { return offset_; }

    [[nodiscard]] State state() const noexcept { return report_.state(); }
    /// Arrival of the last label.
    [[nodiscard]] std::optional<hal::MonoTime> last_label() const noexcept { return labels_.last; }
    /// By what came last before `now`.
    [[nodiscard]] StateText explanation(hal::MonoTime now) const {
        return report_.explanation(now);
    }
    /// Since when it is that; nothing before the first tick.
    [[nodiscard]] std::optional<hal::MonoTime> state_since() const noexcept {
        return report_.since();
    }
    /// The last time that it was locked, and no longer is or was; nothing: never.
    [[nodiscard]] const std::optional<Unlock>& last_unlock() const noexcept {
        return report_.last_unlock();
    }
    /// Seconds since the first lock without a sample of the pulses; 0 if there are to be none.
    [[nodiscard]] std::uint64_t missed(hal::MonoTime now) const noexcept {
        return missed_.count(now);
    }
    /// How often labels that name other seconds than those before were believed after a while.
    [[nodiscard]] std::uint64_t renumbered() const noexcept { return renumbered_; }
    /// How often the system clock was set.
    [[nodiscard]] std::uint64_t clock_steps() const noexcept { return clock_steps_; }
    [[nodiscard]] const PulseInput& pulses() const noexcept { return pulses_in_; }
    [[nodiscard]] std::optional<hal::MonoTime> last_pulse() const noexcept {
        return pulses_in_.last_pulse();
    }
    [[nodiscard]] const discipline::Timekeeper& keeper() const noexcept { return keeper_; }
    [[nodiscard]] std::optional<hal::MonoTime> last_byte() const noexcept {
        const auto last = labels_in_.last_byte();
        return last ? std::optional{last->mono} : std::nullopt;
    }
    /// What of it was whole: see LabelInput.
    [[nodiscard]] std::uint64_t whole() const noexcept { return labels_in_.whole(); }
    /// How full the receiver's line is: see nmea/line_load.hpp.
    [[nodiscard]] std::optional<double> line_load() const { return labels_in_.load(); }
    [[nodiscard]] const discipline::LeapTable& leaps() const noexcept { return leaps_.table(); }
    /// What the receiver says of its satellites: see nmea/satellites.hpp.
    [[nodiscard]] std::optional<nmea::Satellites::Report>
    satellites(hal::MonoTime now) const noexcept {
        return labels_in_.satellites(now);
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
    [[nodiscard]] const DisciplineCounters& labels() const noexcept { return labels_.counters; }
    [[nodiscard]] const DisciplineCounters& samples(Feed feed) const noexcept {
        return ways_[feed].counters;
    }

  private:
    /// A feed's way out.
    struct Way {
        std::optional<Publisher> out; ///< nothing: it goes nowhere
        DisciplineCounters counters;
    };

    void take(const hal::PulseEdge& edge);
    void take(const hal::ByteChunk& chunk);
    void take(const hal::LineRate& rate) { labels_in_.set_rate(rate.baud); }
    void take(const hal::SimulatedLabel& label);
    void take(const hal::ClockStep& step);
    void take(const hal::Slept& slept);
    void take(const hal::OscillatorNote& note);
    void take(const hal::NewLeapList& list);
    void use(discipline::LeapTable table);
    void hear(const nmea::LeapWord& word);
    void take(const hal::Tick& tick);

    void on_label_event(const LabelInput::Event& event, hal::MonoTime now);
    void lose_fix();
    void withdraw();
    void take_back();
    void judge(const discipline::Label& label, hal::MonoTime now);
    void report_label(const discipline::Label& label,
                      const discipline::Timekeeper::Outcome& outcome);
    void offer_nmea(const discipline::Label& label, const discipline::Timekeeper::Outcome& outcome);
    void offer_pps(const discipline::LabelledPulse& pulse);
    void publish_due(Feed feed, hal::MonoTime now);
    [[nodiscard]] bool refuses(Feed feed, const Publisher::Reading& reading, hal::MonoTime now);
    [[nodiscard]] bool before_the_leap(const Publisher::Reading& reading) const;
    [[nodiscard]] ClockGuard::Limits limits(Feed feed, hal::UtcSecond second) const;
    void note_published(Feed feed, const Publisher::Outcome& published);

    PipelineSettings settings_;
    hal::Clock& clock_;
    const Log& log_;

    discipline::Oscillator oscillator_;
    PulseInput pulses_in_;
    LabelInput labels_in_;
    AnnouncedLeaps leaps_;
    ReceiverLeaps receiver_leaps_;
    discipline::Timekeeper keeper_;
    hal::ByFeed<Way> ways_;
    ClockGuard guard_;
    hal::ClockOffset offset_;                 ///< see known_offset()
    std::optional<hal::MonoTime> stepped_at_; ///< the clock, last
    std::uint64_t clock_steps_ = 0;
    std::uint64_t renumbered_ = 0;
    LabelNews labels_;
    MissedPulses missed_;
    StateReport report_;
};

} // namespace ppsd::app
