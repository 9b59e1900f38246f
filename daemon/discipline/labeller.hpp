// Which second a pulse was. The heart of ppsd: it never guesses.
#pragma once

#include "daemon/discipline/pulse_train.hpp"
#include "daemon/discipline/recent_pulses.hpp"
#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

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
/// must agree on K. Once locked, label L names pulse L - K, and confirms it if it is there, not
/// labelled yet, and the label came at the learned delay +- 0.4 s. Anything else is a mismatch;
/// three in a row unlock. Where the delay is so near to a whole second that K flips, or may,
/// it refuses to lock: `straddling`.
class Labeller {
  public:
    struct Settings {
        int lock_count = 5;           ///< labels in a row that must agree; at least 1
        hal::Nanos holdover{10'000'000'000}; ///< how long pulses go on without labels; 0: not at all
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
    };

    explicit Labeller(const Settings& settings) : settings_{settings} {}

    /// A pulse, in order. restarted: the ordinals before it mean nothing any more, so it unlocks.
    /// True if it was locked and no longer is.
    bool add_pulse(Pulse pulse, bool restarted) noexcept;

    /// A gap of more than 4 s in the pulses: unlocks. True if it was locked.
    bool lose_pulses() noexcept;

    /// When a label may be judged: all pulses that it could name have come by then.
    [[nodiscard]] hal::MonoTime judge_at(const Label& label) const noexcept;

    /// Judges a label, complete at `now`.
    [[nodiscard]] Outcome add_label(const Label& label, hal::MonoTime now) noexcept;

    /// The receiver says that it has no fix: nothing is published until a label confirms again.
    void lose_fix() noexcept { holdover_allowed_ = false; }

    /// Holdover: the next pulse whose label should have come by `now` and didn't.
    [[nodiscard]] std::optional<LabelledPulse> take_overdue(hal::MonoTime now) noexcept;

    /// When take_overdue() will next have something to say.
    [[nodiscard]] std::optional<hal::MonoTime> next_overdue() const noexcept;

    [[nodiscard]] bool locked() const noexcept { return locked_; }

    /// The learned delay from pulse to label; nothing until it is locked.
    [[nodiscard]] std::optional<hal::Nanos> delay() const noexcept;

  private:
    static constexpr int window = 16;

    [[nodiscard]] hal::Nanos centre() const noexcept;
    [[nodiscard]] Outcome search(const Label& label, hal::MonoTime now) noexcept;
    void agree(std::int64_t k, hal::Nanos delay) noexcept;
    [[nodiscard]] bool straddling() const noexcept;
    void lock(hal::MonoTime now, const Label& label) noexcept;
    [[nodiscard]] Outcome confirm(const Label& label, hal::MonoTime now) noexcept;
    [[nodiscard]] Outcome mismatch(hal::Nanos delay) noexcept;
    void learn(hal::Nanos delay, hal::Nanos lag) noexcept;
    void unlock() noexcept;
    [[nodiscard]] const RecentPulses::Entry* overdue_pulse() const noexcept;

    Settings settings_;
    RecentPulses pulses_;
    bool locked_ = false;
    std::int64_t k_ = 0;

    // While searching.
    int agreeing_ = 0;
    std::array<hal::Nanos, window> delays_{}; ///< of the last agreeing labels
    int wary_ = 0; ///< labels still to pass since K flipped by one

    // Once locked.
    hal::Nanos delay_{0};
    hal::Nanos lag_{0}; ///< from a label's arrival to its being complete, the longest of late
    int mismatches_ = 0;
    bool holdover_allowed_ = false;
    Pulse confirmed_; ///< the last pulse that a label confirmed
};

} // namespace ppsd::discipline
