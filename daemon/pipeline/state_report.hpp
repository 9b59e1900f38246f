// Which state the pipeline is in, since when, and why: for the log and for who asks.
#pragma once

#include "daemon/discipline/timekeeper.hpp"
#include "daemon/pipeline/clock_guard.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/label_input.hpp"
#include "daemon/pipeline/missed_pulses.hpp"
#include "daemon/pipeline/pulse_input.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/text/log.hpp"
#include "daemon/text/rate_limit.hpp"

#include <optional>
#include <string>

namespace ppsd::app {

/// What came of the labels.
struct LabelNews {
    std::optional<hal::MonoTime> last; ///< arrival of the last
    bool fix_denied = false;           ///< since then the receiver has said that it has no fix
    discipline::Verdict verdict = discipline::Verdict::locking; ///< of the last
    DisciplineCounters counters;
};

/// When it went from locked or holdover to another state.
struct Unlock {
    hal::MonoTime at;
    State to = State::starting;         ///< the state that followed
    std::string text;                   ///< that state's explanation as of then
    std::optional<hal::MonoTime> until; ///< locked again; nothing: not yet
};

/// Judges by the pipeline's parts, and decides nothing. More than ten members: what it judges by,
/// and what it has said.
class StateReport {
  public:
    /// Whose state it is.
    struct Parts {
        const PulseInput& pulses;
        const LabelInput& sentences;
        const LabelNews& labels;
        const discipline::Timekeeper& keeper;
        const ClockGuard& guard;
        MissedPulses& missed; ///< is told of each lock and its end
    };

    /// pulses: a source of them is configured. The parts and the log must outlive it.
    StateReport(const Parts& parts, bool pulses, hal::Nanos holdover, const Log& log)
        : parts_{parts}, with_pulses_{pulses}, holdover_{holdover}, log_{log} {}

    /// Judges anew, by what came before `now`; a line for the log if it changed. Lines that would
    /// come too fast are counted.
    void tick(hal::MonoTime now);

    /// When the state will be another one if nothing comes. Before the first tick: at once.
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const;

    [[nodiscard]] State state() const noexcept { return state_; }
    /// What it means now; of a lock also whether many pulses are missing.
    [[nodiscard]] StateText explanation(hal::MonoTime now) const;
    [[nodiscard]] const std::optional<Unlock>& last_unlock() const noexcept { return unlock_; }
    /// Since when it is that; nothing before the first tick.
    [[nodiscard]] std::optional<hal::MonoTime> since() const noexcept { return since_; }

  private:
    [[nodiscard]] State judge(hal::MonoTime now) const;
    [[nodiscard]] State by_input(hal::MonoTime now) const;
    [[nodiscard]] State by_verdict() const;
    [[nodiscard]] State without_pulses(hal::MonoTime now) const;
    [[nodiscard]] State without_labels(hal::MonoTime now) const;
    [[nodiscard]] bool pulses_come(hal::MonoTime now) const;
    [[nodiscard]] bool hears(hal::MonoTime now) const;
    [[nodiscard]] std::optional<hal::MonoTime> last_byte() const;
    [[nodiscard]] StateText state_text(hal::MonoTime now) const;
    void change(State to, hal::MonoTime now);
    void say(hal::MonoTime now);

    Parts parts_;
    bool with_pulses_;
    hal::Nanos holdover_;
    const Log& log_;
    std::optional<hal::MonoTime> started_; ///< the first tick
    hal::MonoTime judged_;                 ///< at the last tick
    State state_ = State::starting;
    std::optional<hal::MonoTime> since_;
    std::optional<Unlock> unlock_; ///< the last
    int unsaid_ = 0;               ///< changes that the log doesn't have yet
    RateLimit lines_{20, std::chrono::seconds{30}};
};

} // namespace ppsd::app
