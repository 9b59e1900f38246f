// Which leading edges are pulses.
#pragma once

#include "daemon/discipline/flywheel.hpp"
#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <cstdint>

namespace ppsd::discipline {

/// An edge where the flywheel expects one, on a quiet line, is a pulse. Edges elsewhere that follow
/// each other by whole seconds, with nothing in between, find the phase: 5 of them, or 8 if they
/// scatter by more than 1 ms; while a numbering rests on the phase, as many as the caller asks for,
/// since that is what a pulse that somebody moved looks like. After a pause in which the oscillator
/// may have drifted by more than 2 ms, it takes 3 where they are expected. Pulses that are off
/// alike move the phase: 8 of them, or 2 after a pause in which the oscillator may have drifted as
/// far. Each stray edge makes the line less quiet, each clean second more.
class Edges {
  public:
    struct Outcome {
        Verdict verdict = Verdict::used; ///< used, late_edge: it is a pulse; see verdict.hpp
        std::int64_t count = 0;          ///< the pulse's whole second on the flywheel
        hal::Nanos error{0};             ///< how much later than expected it came
        hal::Nanos moved{0};             ///< by so much the flywheel's times have moved
        bool new_phase = false;          ///< the flywheel's phase is another one than before
    };

    /// Edges in order of time. needed: how many in a row move a known phase, if that is more.
    [[nodiscard]] Outcome add(hal::OscTime edge, Flywheel& wheel, int needed) noexcept;

    /// Edges come where no pulse is expected, in a row.
    [[nodiscard]] int elsewhere() const noexcept { return run_.length; }

    /// Whether the line is quiet enough for pulses to be told from noise.
    [[nodiscard]] bool quiet() const noexcept { return calm_ >= quiet_from; }

    void forget() noexcept { *this = Edges{}; }

  private:
    /// Edges a whole number of seconds apart.
    struct Run {
        hal::OscTime first;
        hal::OscTime last;
        std::int64_t seconds = 0;
        hal::Nanos error{0};   ///< the most that one was off by, beyond what an oscillator is
        hal::Nanos scatter{0}; ///< the same from the run's own rate
        hal::Nanos least{0};   ///< by which one was later than expected
        int length = 0;
    };

    /// Where an edge is, by the flywheel.
    struct Place {
        hal::OscTime edge;
        std::int64_t count;
        hal::Nanos error;
        hal::Nanos window; ///< as far from where it is expected a pulse may be

        [[nodiscard]] Outcome is(Verdict verdict, hal::Nanos moved = {}) const noexcept {
            return {verdict, count, error, moved, false};
        }
    };

    [[nodiscard]] Outcome on_beat(const Place& place, Flywheel& wheel) noexcept;
    [[nodiscard]] Outcome off_beat(const Place& place, hal::Nanos gap, Flywheel& wheel,
                                   int needed) noexcept;
    void extend_run(const Place& place, hal::Nanos gap, const Flywheel& wheel) noexcept;

    static constexpr int quiet_from = 3;
    hal::OscTime last_;                ///< edge, whatever it was
    Run run_;                          ///< of edges that are not where one is expected
    std::int64_t count_ = INT64_MIN;   ///< the last pulse's
    std::int64_t claimed_ = INT64_MIN; ///< the same, amid noise too: one edge a second may be one
    int off_ = 0;                      ///< pulses in a row that were late or early
    hal::Nanos off_by_{0};             ///< the last of them
    int strays_ = 0;                   ///< since that pulse, its own ringing left out
    int calm_ = 6;                     ///< how quiet the line is
};

} // namespace ppsd::discipline
