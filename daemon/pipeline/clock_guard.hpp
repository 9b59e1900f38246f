// Keeps what an independent system clock contradicts from being published, and tells the log.
#pragma once

#include "daemon/discipline/edges.hpp"
#include "daemon/pipeline/clock_check.hpp"
#include "daemon/pipeline/other_edge.hpp"
#include "daemon/pipeline/publisher.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"

#include <optional>

namespace ppsd::app {

/// ClockCheck and OtherEdge with a clock to ask and a log to write to.
class ClockGuard {
  public:
    /// How far the system clock may be off a reading's second without a contradiction.
    struct Limits {
        hal::Nanos behind = ClockCheck::half_second;
        hal::Nanos ahead = ClockCheck::half_second;
    };

    /// The clock and the log must outlive it.
    ClockGuard(Trust trust, bool published_before, hal::Clock& clock, const Log& log)
        : trust_{trust}, clock_{clock}, log_{log}, check_{trust, published_before} {}

    /// What is due: a second, and when the system clock had it.
    struct Due {
        hal::UtcSecond second;
        hal::RealTime real;
    };

    /// Whether it is not to be published.
    [[nodiscard]] bool refuses(const Due& due, const Limits& limits, hal::MonoTime now);

    /// The reading that was asked about last was handed over.
    void published() noexcept { check_.published(ahead_); }

    /// And it was a pulse's, found by edge = auto if `leading` knows the width.
    void published_pulse(const discipline::LeadingEdge& leading);

    /// The receiver named a second, with a fix; it says that it has none.
    void fix(hal::MonoTime now) noexcept {
        if (!fix_since_) fix_since_ = now;
    }
    void no_fix() noexcept { fix_since_.reset(); }

    /// The system clock was set; the machine slept.
    void clock_set() noexcept { check_.clock_set(); }
    void slept() noexcept {
        check_.slept();
        no_fix();
    }

    [[nodiscard]] const ClockCheck& check() const noexcept { return check_; }

  private:
    Trust trust_;
    hal::Clock& clock_;
    const Log& log_;
    ClockCheck check_;
    OtherEdge other_edge_;
    hal::Nanos ahead_{0};                    ///< the clock, of the second that was asked about last
    std::optional<hal::MonoTime> fix_since_; ///< the first label since the start, or since no fix
    bool other_edge_said_ = false;
};

} // namespace ppsd::app
