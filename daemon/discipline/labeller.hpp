// Which second a pulse was. The heart of ppsd: it never guesses.
#pragma once

#include "daemon/discipline/agreeing_labels.hpp"
#include "daemon/discipline/known_pulse.hpp"
#include "daemon/discipline/leap_table.hpp"
#include "daemon/discipline/learned_delay.hpp"
#include "daemon/discipline/numbering_doubt.hpp"
#include "daemon/discipline/pulse_train.hpp"
#include "daemon/discipline/recent_pulses.hpp"
#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace ppsd::discipline {

/// What the receiver said: this is the second, and the first byte that said so came then.
struct Label {
    hal::UtcSecond second; ///< for an inserted leap second (:60) that of the 00:00:00 after it
    hal::MonoTime arrival;
    bool leap_second = false;
};

/// A pulse whose second is known.
struct LabelledPulse {
    hal::UtcSecond second;
    hal::MonoTime time;
};

/// Holds one integer, K = label - ordinal, and gives it up rather than be wrong about it.
///
/// To lock, each label names the last pulse before its arrival, and lock_count of them in a row
/// must agree on K; 16 where the delays scatter within 0.15 s of a whole second, unless they are as
/// it learned them before; and 60 if K was another one before on the same pulses (for that one,
/// too, once 60 have said otherwise, or if it was believed for less than 60), or, where that is not
/// known, if most come more than 0.15 s earlier than it learned before, or don't go on from the
/// labels before them, or the clock, to half an hour after the last known pulse, says that they are
/// more than 0.5 s off. Once locked, label L names pulse L - K, and confirms it if it is there, not
/// labelled yet, and the label came at the learned delay +- 0.4 s, and not before the pulse (where
/// nmea-delay is given: not more than 0.5 s before what that says). Anything else is a mismatch;
/// three in a row unlock. (A label whose own pulse is missing, and nothing else wrong, is none: it
/// says nothing against K.) Where the delay is so near to a whole second that K flips, or may, it
/// refuses to lock: `straddling`.
///
/// A leap second moves K: a :60 label, or the table. Labels that number the seconds otherwise than
/// the table, while it is known, are mismatches; where it isn't, so is the first from a month's
/// last second on that isn't one of lock_count in a row, and any misfit there unlocks; within an
/// hour of such a leap second a numbering that is off by one is refused for as long as it lasts.
class Labeller {
  public:
    struct Settings {
        int lock_count = 5;                  ///< labels in a row that must agree; at least 1
        hal::Nanos holdover{10'000'000'000}; ///< true seconds without labels; 0: no holdover
        /// Pulse to label's first byte, where the user knows it: a label then names the pulse
        /// nearest to its arrival minus this, which decides where it would straddle.
        std::optional<hal::Nanos> nmea_delay;
    };

    struct Outcome {
        Verdict verdict = Verdict::used;
        std::optional<LabelledPulse> pulse; ///< set if verdict is used
        hal::Nanos delay{0};                ///< pulse to arrival, as measured; for the log
        bool locked = false;                ///< this label locked it
        bool unlocked = false;              ///< this label was the mismatch too many
        std::int64_t renumbered = 0;        ///< locked: by how much on another second than before
    };

    explicit Labeller(const Settings& settings, LeapTable leaps = {})
        : settings_{settings}, leaps_{std::move(leaps)} {}

    /// A pulse, in order. restarted: the ordinals before it mean nothing any more, so it unlocks.
    /// True if it was locked and no longer is.
    bool add_pulse(Pulse pulse, bool restarted) noexcept;

    /// A gap of more than 4 s in the pulses: unlocks. True if it was locked.
    bool lose_pulses() noexcept;

    /// Time stood still (the machine slept), so that nothing from before can be compared with what
    /// comes: unlocks, and forgets which second it was. True if it was locked.
    bool forget_time() noexcept;

    /// When a label may be judged: all pulses that it could name have come by then.
    [[nodiscard]] hal::MonoTime judge_at(const Label& label) const noexcept;

    /// Judges a label, complete at `now`. renumbers: whatever the pulses, it doesn't go on from the
    /// labels before it (LabelTrain).
    [[nodiscard]] Outcome add_label(const Label& label, hal::MonoTime now,
                                    bool renumbers = false) noexcept;

    /// Pulses alone prove nothing until a label confirms one: no holdover. For when the train has
    /// moved, time may have stood still, or the receiver contradicts itself.
    void distrust_pulses() noexcept { holdover_allowed_ = false; }

    /// The receiver says that it has no fix: nothing is published until a label confirms again.
    void lose_fix() noexcept { distrust_pulses(); }

    /// Holdover: the next pulse whose label should have come by `now` and didn't.
    [[nodiscard]] std::optional<LabelledPulse> take_overdue(hal::MonoTime now) noexcept;

    /// When take_overdue() will next have something to say.
    [[nodiscard]] std::optional<hal::MonoTime> next_overdue() const noexcept;

    [[nodiscard]] bool locked() const noexcept { return locked_; }

    /// Whether pulses go on being named where no label comes.
    [[nodiscard]] bool may_hold_over() const noexcept { return locked_ && holdover_allowed_; }

    /// A newer list; K stays.
    void set_leaps(LeapTable leaps) { leaps_ = std::move(leaps); }

    /// The learned delay from pulse to label; nothing until it is locked.
    [[nodiscard]] std::optional<hal::Nanos> delay() const noexcept;

    /// The same as it was learned last, locked or not; nothing if it never was, or if mismatches
    /// have unlocked it since, or labels while searching came otherwise: late bursts may have
    /// taught it.
    [[nodiscard]] std::optional<hal::Nanos> learned_delay() const noexcept {
        return delay_.trusted();
    }

    /// A label that fits those before it, whatever the pulses: puts the learned delay in doubt if
    /// by it, and by the last pulse that was known, the label's second is another one.
    void check_delay(const Label& label) noexcept;

    /// The labels may come later or earlier than when it was learned: puts it in doubt until it
    /// locks, unless it is locked.
    void doubt_delay() noexcept {
        if (!locked_) delay_.doubt();
    }

    /// It was learned, and may no longer be right.
    [[nodiscard]] bool delay_in_doubt() const noexcept { return delay_.in_doubt(); }

  private:
    [[nodiscard]] hal::Nanos centre() const noexcept;
    [[nodiscard]] Outcome search(const Label& label, hal::MonoTime now, bool renumbers) noexcept;
    void carry_k_over(const Pulse& pulse) noexcept;
    void pass_leap_while_searching(hal::UtcSecond second) noexcept;
    void expect_leap() noexcept;
    [[nodiscard]] bool names_deleted_second(hal::UtcSecond second) noexcept;
    void agree(std::int64_t k, hal::Nanos delay) noexcept;
    [[nodiscard]] int labels_needed(bool contradicted) const noexcept;
    [[nodiscard]] bool contradicted_by_clock(hal::UtcSecond second,
                                             hal::MonoTime pulse) const noexcept;
    [[nodiscard]] bool as_before() const noexcept { return locked_before_ && k_ == former_k_; }
    [[nodiscard]] std::optional<hal::Nanos> late_by_clock(hal::UtcSecond second,
                                                          hal::MonoTime began) const noexcept;
    [[nodiscard]] bool renumbered() const noexcept;
    [[nodiscard]] bool may_mean_pulse_before() const noexcept;
    [[nodiscard]] bool leaps_otherwise(hal::UtcSecond second) const noexcept;
    [[nodiscard]] hal::Nanos room() const noexcept;
    void lock(Pulse pulse, const Label& label, hal::MonoTime now) noexcept;
    void remember(const Label& label) noexcept;
    [[nodiscard]] bool held_up(const Label& label) noexcept;
    [[nodiscard]] bool names_missing_pulse(const Label& label, std::int64_t ordinal) const noexcept;
    [[nodiscard]] bool fits(hal::Nanos delay) const noexcept;
    [[nodiscard]] Outcome confirm(const Label& label, hal::MonoTime now) noexcept;
    [[nodiscard]] bool ends_month_in_doubt(const Label& label) const noexcept;
    [[nodiscard]] static Outcome hand_over(const Pulse& pulse, const Label& label,
                                           hal::Nanos delay) noexcept;
    [[nodiscard]] std::int64_t k_for(const Label& label) const noexcept;
    [[nodiscard]] bool exists(const Label& label) const noexcept;
    [[nodiscard]] int leap_at(hal::UtcSecond month_end) const noexcept;
    [[nodiscard]] bool past_month_end(const Pulse& pulse, std::int64_t k) const noexcept;
    void outdate_former_k(const Pulse& pulse) noexcept;
    [[nodiscard]] Outcome mismatch(const Label& label, hal::Nanos delay) noexcept;
    void learn(hal::Nanos delay, hal::Nanos lag) noexcept;
    void unlock() noexcept;
    [[nodiscard]] const RecentPulses::Entry* overdue_pulse() const noexcept;

    Settings settings_;
    LeapTable leaps_;
    RecentPulses pulses_;
    bool locked_ = false;
    std::int64_t k_ = 0;

    std::optional<Label> last_label_;

    // While searching.
    AgreeingLabels agreeing_;
    hal::UtcSecond search_month_end_; ///< the first second of the month after the labels'
    KnownPulse last_known_;           ///< across trains
    int wary_ = 0;                    ///< labels still to pass since K flipped by one
    int wary_before_ = 0;             ///< the last label
    bool k_of_this_train_ = false;    ///< k_ can be compared with
    bool locked_before_ = false;      ///< on this train; then
    std::optional<std::int64_t>
        former_k_; ///< what K was, or would be; nothing: a leap may have been, or carry_again_
    bool carry_again_ = false; ///< the clock says that no second began with this train

    // Once locked, and kept when it is no longer.
    LearnedDelay delay_;
    NumberingDoubt doubt_;
    hal::Nanos lag_{0}; ///< from a label's arrival to its being complete, the longest of late
    int mismatches_ = 0;
    int confirmed_in_a_row_ = 0;
    bool holdover_allowed_ = false;
    Pulse confirmed_;          ///< the last pulse that a label confirmed
    hal::UtcSecond month_end_; ///< the first second of the month after that pulse's
};

} // namespace ppsd::discipline
