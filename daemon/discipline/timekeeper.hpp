// Pulses and labels to pulses whose second is known.
#pragma once

#include "daemon/discipline/edges.hpp"
#include "daemon/discipline/flywheel.hpp"
#include "daemon/discipline/leap_table.hpp"
#include "daemon/discipline/numbering.hpp"
#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace ppsd::discipline {

/// What the receiver said: this is the second, and the first byte that said so came then.
struct Label {
    hal::UtcSecond second;  ///< for an inserted leap second (:60) that of the 00:00:00 after it
    hal::Nanos fraction{0}; ///< what the time says beyond the second: 1 ms for .001
    hal::Stamp arrival;
    bool leap_second = false;
    bool may_be_late = false; ///< something that was lost may have named it sooner
};

/// A pulse whose second is known.
struct LabelledPulse {
    hal::UtcSecond second;
    hal::MonoTime time;
};

/// One clock, one unknown: the flywheel counts true seconds by the oscillator; edges keep its
/// phase; labels say by how much its count is ahead of the names (the numbering). A pulse is handed
/// over when its own label has come, or in holdover after the time at which its label usually
/// comes. Names count as TAI does, through the list of leap seconds, so that a leap second moves
/// nothing.
class Timekeeper {
  public:
    struct Settings {
        int lock_count = 5;                  ///< labels in a row that must agree; at least 1
        hal::Nanos holdover{10'000'000'000}; ///< true seconds without labels; 0: no holdover
        /// Pulse to label's first byte, where the user knows it: a label then names the pulse
        /// nearest to its arrival minus this. Otherwise the last one before it.
        std::optional<hal::Nanos> nmea_delay;
        int pulses_to_move = 60; ///< pulses in a row elsewhere that move the phase once locked
    };

    struct Outcome {
        Verdict verdict = Verdict::used; ///< see verdict.hpp
        hal::Nanos off{0};               ///< how much later than usual it came; for the log
        std::int64_t renumbered = 0; ///< by so many seconds labels are now ahead of those before
        bool together = false; ///< with the label before it: it says which second, but not when
    };

    explicit Timekeeper(const Settings& settings, LeapTable leaps = {});

    /// A leading edge, in order of time.
    [[nodiscard]] Edges::Outcome add_edge(const hal::Stamp& edge) noexcept;

    /// A label that was complete at `now`; all edges of before its arrival have been added.
    [[nodiscard]] Outcome add_label(const Label& label, hal::OscTime now) noexcept;

    /// The receiver has no fix, or contradicts itself: nothing goes out until a label agrees.
    void lose_fix() noexcept { given_.agreed = false; }

    /// Labels come, and nobody knows how late, since the UART is full: what they said before has to
    /// be proved again, by Numbering::replace_count of them.
    void doubt() noexcept { forget_numbering(true); }

    /// The next pulse that can be handed over; ask until nothing comes.
    [[nodiscard]] std::optional<LabelledPulse> take(hal::OscTime now) noexcept;

    /// When take() has to be asked next.
    [[nodiscard]] std::optional<hal::OscTime> next_due() const noexcept;

    /// The machine slept, and the oscillator stood still: pulses and labels begin anew.
    void forget() noexcept {
        wheel_ = {};
        edges_ = {};
        forget_numbering(false);
        begin_phase();
    }

    /// A newer list; what is known stays.
    void set_leaps(LeapTable leaps) noexcept;

    /// Which second pulses are is known; no label has said otherwise since.
    [[nodiscard]] bool locked() const noexcept { return numbering_.k().has_value(); }
    [[nodiscard]] bool may_hand_over() const noexcept { return locked() && given_.agreed; }
    [[nodiscard]] const Numbering& numbering() const noexcept { return numbering_; }
    [[nodiscard]] const Flywheel& wheel() const noexcept { return wheel_; }
    [[nodiscard]] const Edges& edges() const noexcept { return edges_; }
    /// From pulse to label, as it was learned last.
    [[nodiscard]] std::optional<hal::Nanos> delay() const noexcept { return delay_; }

  private:
    struct Pulse {
        std::int64_t count = INT64_MIN; ///< on the flywheel
        hal::Stamp stamp;
        bool usable = false; ///< its time is known as well as its second
    };
    static constexpr std::size_t kept = 16; ///< longer than a pulse can be of use
    struct Handover {
        std::int64_t confirmed = INT64_MIN; ///< count of the pulse that the last label named
        std::int64_t until = INT64_MIN;     ///< of the last that may go without a label
        std::int64_t done = INT64_MIN;      ///< of the one that was handed over last
        hal::Nanos lag{0};   ///< from a label's arrival to its end: the longest, slowly fading
        bool agreed = false; ///< the last label; else no pulse is handed over until one does
        hal::UtcSecond leap_shown; ///< the month before which a :60 came; there is one at most
    };
    struct Heard { ///< the last label
        Label label;
        Numbering before; ///< as it was before that
    };

    [[nodiscard]] std::int64_t tai_of(const Label& label) const noexcept;
    [[nodiscard]] hal::Nanos offset_of(const Label& label) const noexcept;
    [[nodiscard]] Numbering::Moment moment_of(const Label& label) const noexcept;
    [[nodiscard]] bool came_with_the_last(const Label& label) const noexcept;
    void forget_if_stale(hal::OscTime now) noexcept;
    void forget_numbering(bool wary) noexcept {
        numbering_.forget(wary);
        last_.reset();
        delay_.reset();
        given_.agreed = false;
    }
    void begin_phase() noexcept { // counts of before it mean nothing any more
        numbering_.lose_phase();
        pulses_ = {};
        given_ = {.lag = given_.lag, .leap_shown = given_.leap_shown};
    }
    [[nodiscard]] Verdict confirm(const Label& label, hal::OscTime now) noexcept;
    [[nodiscard]] Verdict show_leap(const Label& label, Verdict verdict) noexcept;
    [[nodiscard]] const Pulse* next_pulse() const noexcept;
    [[nodiscard]] hal::OscTime due(const Pulse& pulse) const noexcept;
    [[nodiscard]] std::int64_t nameable_until(const Label& label) const noexcept;

    Settings settings_;
    LeapTable leaps_;
    Flywheel wheel_;
    Edges edges_;
    Numbering numbering_;
    std::array<Pulse, kept> pulses_{}; ///< the last ones, the newest first
    Handover given_;
    std::optional<Heard> last_;
    std::optional<hal::Nanos> delay_; ///< as K left it last
};

} // namespace ppsd::discipline
