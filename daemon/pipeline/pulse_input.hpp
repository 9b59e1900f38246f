// Edges to pulses: the discipline's parts, with counters and a log around them.
#pragma once

#include "daemon/discipline/edges.hpp"
#include "daemon/discipline/oscillator.hpp"
#include "daemon/discipline/timekeeper.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/edge_rate.hpp"
#include "daemon/pipeline/edge_rule_words.hpp"
#include "daemon/pipeline/irq_lateness.hpp"
#include "daemon/pipeline/no_pulse.hpp"
#include "daemon/pipeline/poll_planner.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"

#include <optional>

namespace ppsd::app {

/// What is subtracted from edges' times.
struct EdgeDelays {
    hal::Nanos line{0}; ///< how late the edge is against the true second (antenna, cable)
    /// How late interrupts' stamps are; nothing: what polled edges have shown, if any were polled.
    std::optional<hal::Nanos> irq;
};

/// More than ten members: what is measured of the edges is asked for by several.
class PulseInput {
  public:
    PulseInput(discipline::EdgeRule rule, const EdgeDelays& delays, Poll poll, hal::Clock& clock,
               const Log& log)
        : leading_{rule}, delays_{delays}, planner_{poll}, clock_{clock}, log_{log}, words_{log} {}

    /// Hands the edge on, if it leads a pulse and its time on the oscillator is known. The same
    /// oscillator and timekeeper each time. What became of it.
    discipline::Verdict add(const hal::PulseEdge& edge, const discipline::Oscillator& oscillator,
                            discipline::Timekeeper& keeper) noexcept;

    /// Time stood still until `now`: edges of before it, which the kernel may have kept, say
    /// nothing of what comes.
    void begin_anew(hal::MonoTime now) noexcept;

    [[nodiscard]] std::optional<hal::Nanos> width() const noexcept { return leading_.width(); }
    [[nodiscard]] const discipline::LeadingEdge& leading() const noexcept { return leading_; }
    /// When the last pulse came.
    [[nodiscard]] std::optional<hal::MonoTime> last_pulse() const noexcept { return last_pulse_; }
    /// From then on pulses are missing, unless another one comes: 3 s after the next one is due,
    /// by the distance of the last two, of 1 to 5 s. Nothing before the first.
    [[nodiscard]] std::optional<hal::MonoTime> missing_from() const noexcept {
        return missing_from_;
    }
    /// The edge to wait for, if they needn't all be looked at. now: the last time of the
    /// oscillator.
    [[nodiscard]] std::optional<hal::AwaitedEdge>
    await(hal::OscTime now, const discipline::Timekeeper& keeper) noexcept;
    /// It didn't come.
    void missed() noexcept { planner_.missed(); }
    /// Edges come from a line that was opened anew.
    void lost_train() noexcept { planner_.forget(); }
    [[nodiscard]] const PollPlanner& planner() const noexcept { return planner_; }
    /// How far a pulse may be from its time, which is what a LabelledPulse has, by how it was
    /// stamped; nothing: that isn't known.
    [[nodiscard]] std::optional<hal::Nanos> bound_of(hal::MonoTime pulse) const noexcept {
        return bounds_.of(pulse);
    }
    /// Of the polled edges, in the median.
    [[nodiscard]] std::optional<hal::Nanos> usual_bound() const noexcept { return bounds_.usual(); }
    [[nodiscard]] const IrqLateness& irq_lateness() const noexcept { return lateness_; }
    /// What interrupts' stamps are corrected by.
    [[nodiscard]] hal::Nanos irq_delay() const noexcept {
        return delays_.irq.value_or(lateness_.median().value_or(hal::Nanos{0}));
    }

    /// What comes instead of pulses.
    [[nodiscard]] NoPulse why_no_pulse(hal::MonoTime now) const noexcept;
    [[nodiscard]] const DisciplineCounters& counters() const noexcept { return counters_; }

  private:
    [[nodiscard]] discipline::Verdict judge(const hal::PulseEdge& edge,
                                            const discipline::Oscillator& oscillator,
                                            discipline::Timekeeper& keeper) noexcept;
    [[nodiscard]] discipline::Verdict hand_on(const hal::PulseEdge& edge, hal::Stamp came,
                                              discipline::Timekeeper& keeper) noexcept;
    void measure_interrupts(hal::OscTime came, const hal::PulseEdge& edge) noexcept;
    void note_pulse(hal::MonoTime time) noexcept;

    discipline::LeadingEdge leading_;
    EdgeDelays delays_;
    PollPlanner planner_;
    IrqLateness lateness_;
    PolledBounds bounds_;
    hal::Clock& clock_;
    const Log& log_;
    DisciplineCounters counters_;
    std::optional<hal::MonoTime> begun_anew_;
    std::optional<hal::MonoTime> last_pulse_;
    std::optional<hal::MonoTime> missing_from_;
    EdgeRate rate_;
    discipline::Verdict last_verdict_ = discipline::Verdict::undecided; ///< but trailing
    EdgeRuleWords words_;
};

} // namespace ppsd::app
