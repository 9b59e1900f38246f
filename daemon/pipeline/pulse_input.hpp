// Edges to pulses: the discipline's parts, with counters and a log around them.
#pragma once

#include "daemon/discipline/jitter.hpp"
#include "daemon/discipline/leading_edge.hpp"
#include "daemon/discipline/pulse_train.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"

#include <optional>

namespace ppsd::app {

class PulseInput {
  public:
    struct NewPulse {
        discipline::Pulse pulse;
        bool restarted = false; ///< ordinals before it mean nothing any more
    };

    /// delay: how late the edge is against the true second (antenna, cable); subtracted.
    PulseInput(discipline::EdgeRule rule, hal::Nanos delay, hal::Clock& clock, const Log& log)
        : leading_{rule}, delay_{delay}, clock_{clock}, log_{log} {}

    /// The pulse that the edge is, if it is one.
    [[nodiscard]] std::optional<NewPulse> add(const hal::PulseEdge& edge) noexcept;

    /// Time stood still until `now`: the next pulse begins a new train, and edges of before it,
    /// which the kernel may have kept, say nothing of what comes.
    void begin_anew(hal::MonoTime now) noexcept;

    [[nodiscard]] std::optional<hal::Nanos> width() const noexcept { return leading_.width(); }
    /// The length of a second on CLOCK_MONOTONIC, as the last pulses had it.
    [[nodiscard]] hal::Nanos period() const noexcept { return train_.period(); }
    /// Median absolute deviation of the last 64 pulses; 0 until there are 8.
    [[nodiscard]] hal::Nanos jitter() const noexcept { return jitter_.deviation(); }

    /// log2 seconds, from the scatter of the last 64 pulses.
    [[nodiscard]] int precision() const noexcept { return jitter_.precision(); }

    [[nodiscard]] const DisciplineCounters& counters() const noexcept { return counters_; }

  private:
    [[nodiscard]] discipline::Verdict judge(const hal::PulseEdge& edge,
                                            hal::MonoTime time) noexcept;
    void explain_edge_rule(discipline::Verdict verdict) noexcept;

    discipline::LeadingEdge leading_;
    discipline::PulseTrain train_;
    discipline::Jitter jitter_{-20}; // a microsecond: what an interrupt's latency varies by
    hal::Nanos delay_;
    hal::Clock& clock_;
    const Log& log_;
    DisciplineCounters counters_;
    std::optional<hal::MonoTime> begun_anew_;
    discipline::Verdict explained_ = discipline::Verdict::undecided;
};

} // namespace ppsd::app
