// Edges to pulses: the discipline's parts, with counters and a log around them.
#pragma once

#include "daemon/discipline/edges.hpp"
#include "daemon/discipline/oscillator.hpp"
#include "daemon/discipline/timekeeper.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/edge_rate.hpp"
#include "daemon/pipeline/edge_rule_words.hpp"
#include "daemon/pipeline/edge_timing.hpp"
#include "daemon/pipeline/no_pulse.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"

#include <optional>

namespace ppsd::app {

class PulseInput {
  public:
    PulseInput(discipline::EdgeRule rule, const EdgeDelays& delays, Poll poll, hal::Clock& clock,
               const Log& log)
        : leading_{rule}, timing_{delays, poll}, clock_{clock}, log_{log}, words_{log} {}

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
    [[nodiscard]] std::optional<hal::MonoTime> last_pulse() const noexcept {
        return train_ ? std::optional{train_->last} : std::nullopt;
    }
    /// From then on pulses are missing, unless another one comes: 3 s after the next one is due,
    /// by the distance of the last two, of 1 to 5 s. Nothing before the first.
    [[nodiscard]] std::optional<hal::MonoTime> missing_from() const noexcept;
    /// The edge to wait for, if they needn't all be looked at. now: the last time of the
    /// oscillator.
    [[nodiscard]] std::optional<hal::AwaitedEdge>
    await(hal::OscTime now, const discipline::Timekeeper& keeper) noexcept;
    [[nodiscard]] EdgeTiming& timing() noexcept { return timing_; }
    [[nodiscard]] const EdgeTiming& timing() const noexcept { return timing_; }

    /// What comes instead of pulses.
    [[nodiscard]] NoPulse why_no_pulse(hal::MonoTime now) const noexcept;
    [[nodiscard]] const DisciplineCounters& counters() const noexcept { return counters_; }

  private:
    [[nodiscard]] discipline::Verdict judge(const hal::PulseEdge& edge,
                                            const discipline::Oscillator& oscillator,
                                            discipline::Timekeeper& keeper) noexcept;
    [[nodiscard]] discipline::Verdict hand_on(const hal::PulseEdge& edge, hal::Stamp came,
                                              discipline::Timekeeper& keeper) noexcept;
    void note_pulse(hal::MonoTime time) noexcept;

    discipline::LeadingEdge leading_;
    EdgeTiming timing_;
    hal::Clock& clock_;
    const Log& log_;
    DisciplineCounters counters_;
    std::optional<hal::MonoTime> begun_anew_;
    struct Train {
        hal::MonoTime last;  ///< pulse
        hal::Nanos apart{0}; ///< from the one before; of the first 0
    };
    std::optional<Train> train_;
    EdgeRate rate_;
    discipline::Verdict last_verdict_ = discipline::Verdict::undecided; ///< but trailing
    EdgeRuleWords words_;
};

} // namespace ppsd::app
