// How edges get their time: by interrupts, or polled; and how precisely that is known. Pure.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "daemon/pipeline/irq_lateness.hpp"
#include "daemon/pipeline/poll_planner.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <chrono>
#include <optional>

namespace ppsd::app {

/// What is subtracted from edges' times.
struct EdgeDelays {
    hal::Nanos line{0}; ///< how late the edge is against the true second (antenna, cable)
    /// How late interrupts' stamps are; nothing: what polled edges have shown, if any were polled.
    std::optional<hal::Nanos> irq;
};

class EdgeTiming {
  public:
    EdgeTiming(const EdgeDelays& delays, Poll poll) : delays_{delays}, planner_{poll} {}

    /// How late the edge's stamp is against the true second.
    [[nodiscard]] hal::Nanos delay_of(const hal::PulseEdge& edge) const noexcept {
        return delays_.line + irq_part(edge) - early_part(edge);
    }
    /// What the receiver says of its next pulse: how much before the true second it comes. said:
    /// when; it is of a pulse within the second after that.
    void note_early(hal::MonoTime said, hal::Nanos early) noexcept { early_ = {said, early}; }
    [[nodiscard]] hal::Nanos line_delay() const noexcept { return delays_.line; }
    /// What interrupts' stamps are corrected by.
    [[nodiscard]] hal::Nanos irq_delay() const noexcept {
        return delays_.irq.value_or(lateness_.median().value_or(hal::Nanos{0}));
    }
    /// It was polled, but the poller was stalled: its time isn't known. Once for each edge.
    [[nodiscard]] bool stretched(const hal::PulseEdge& edge) noexcept {
        return edge.stamping == hal::Stamping::polled && bounds_.stretched(edge.bound);
    }

    /// An edge and what became of it. came: its stamp; pulse: the same less delay_of(). How late
    /// the interrupt before it was, if that shows now.
    std::optional<hal::Nanos> add(const hal::PulseEdge& edge, hal::OscTime came,
                                  hal::MonoTime pulse, discipline::Verdict verdict) noexcept;
    /// An edge that is `stretched`, and had no interrupt's stamp.
    void lost(const hal::PulseEdge& edge, hal::OscTime came) noexcept {
        planner_.add(edge, came, discipline::Verdict::stretched);
    }

    /// The edge to wait for, if they needn't all be looked at.
    [[nodiscard]] std::optional<hal::AwaitedEdge>
    await(const std::optional<NextPulse>& next) noexcept {
        return planner_.next(next);
    }
    /// It didn't come, or polling didn't find it.
    void missed() noexcept { planner_.missed(); }
    /// Edges come from a line that was opened anew.
    void lost_train() noexcept {
        planner_.forget();
        last_ = hal::Stamping::interrupt;
    }
    /// The same, or time stood still.
    void begin_anew() noexcept {
        lateness_.interrupt_train();
        lost_train();
    }

    [[nodiscard]] const PollPlanner& planner() const noexcept { return planner_; }
    /// Whether pulses' times come from polling: the last one's, unless it was left to interrupts to
    /// measure them.
    [[nodiscard]] bool polled() const noexcept {
        return last_ == hal::Stamping::polled ||
               (last_ == hal::Stamping::awaited && planner_.measuring());
    }
    [[nodiscard]] const IrqLateness& irq_lateness() const noexcept { return lateness_; }
    /// How far a pulse may be from its time, which is what a LabelledPulse has, by how it was
    /// stamped; nothing: that isn't known, since nothing was polled. Of an interrupt's stamp
    /// three times what half of them vary by and what irq-delay is off by, if their lateness was
    /// measured, else more than it usually is.
    [[nodiscard]] std::optional<hal::Nanos> bound_of(hal::MonoTime pulse) const noexcept {
        return bounds_.of(pulse);
    }
    /// The same of pulses as they are stamped now; of polled ones the median.
    [[nodiscard]] std::optional<hal::Nanos> usual_bound() const noexcept {
        return polled() ? bounds_.usual() : bound_of_interrupts();
    }

  private:
    [[nodiscard]] hal::Nanos irq_part(const hal::PulseEdge& edge) const noexcept {
        return edge.stamping == hal::Stamping::polled ? hal::Nanos{0} : irq_delay();
    }

    [[nodiscard]] hal::Nanos early_part(const hal::PulseEdge& edge) const noexcept {
        const bool of_this = early_ && edge.time > early_->said &&
                             edge.time - early_->said <= std::chrono::seconds{1};
        return of_this ? early_->by : hal::Nanos{0};
    }

    [[nodiscard]] std::optional<hal::Nanos>
    bound_of_stamp(const hal::PulseEdge& edge) const noexcept;
    [[nodiscard]] std::optional<hal::Nanos> bound_of_interrupts() const noexcept;

    struct Early {
        hal::MonoTime said;
        hal::Nanos by{0};
    };
    EdgeDelays delays_;
    std::optional<Early> early_;
    PollPlanner planner_;
    IrqLateness lateness_;
    PolledBounds bounds_;
    hal::Stamping last_ = hal::Stamping::interrupt; ///< of a pulse that was used
};

} // namespace ppsd::app
