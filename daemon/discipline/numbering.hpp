// What the receiver calls the seconds that the flywheel counts. The heart of ppsd: it never
// guesses.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace ppsd::discipline {

/// A label is one number: the flywheel's time when it came, less the time that it names. Right
/// labels lie within some tenths of a second of one line: their usual delay, plus the numbering K,
/// by which the flywheel's seconds are ahead of the names. Which K, is decided only where the
/// line's scatter leaves room to the pulses on both sides: the delay is between `earliest` and a
/// second later. If `earliest` selects a pulse other than the last before the label, the delay
/// must be within 0.1 s of the user's `nmea-delay` (`earliest` plus 0.5 s).
///
/// - The first `lock_count` labels in a row that lie on one line make it. If one named another
///   second meanwhile, it takes `lasting`; each late one then costs the row `lock_count` labels.
/// - A label near the line agrees, and moves it a little. So does one that comes at another time
///   but leaves K as it is; `lock_count` of these in a row move the line there.
/// - Every other label is against it. After one the next must agree, after more `lock_count` in a
///   row, before it is believed again; and each takes one of the line's votes, of which labels that
///   agree give it `lasting`. Without votes it is forgotten, and a new one needs `lasting` in a
///   row.
/// - `lasting` labels in a row on another line make that the believed one: fewer may be a receiver
///   that errs, or bursts that come late.
/// - Where labels wander across a pulse, none of both numberings is believed for most of a day.
/// - Within an hour of a leap second that the list knows, no votes are taken, and a line one second
///   off never wins: receivers act early or late. After `lasting` labels on it neither is believed
///   in that hour; after the first, if the line has fewer than half of its votes.
/// - At the end of a month that no list knows, labels that are one off are a leap second or an
///   error: half of `lasting` in a row tell, whichever they say.
class Numbering {
  public:
    /// Longer than receivers err, or lines hold up their sentences, in all that has been seen.
    static constexpr int lasting = 120;

    struct Settings {
        int lock_count = 5;     ///< labels in a row that must agree; at least 1
        hal::Nanos earliest{0}; ///< how soon after its pulse a label may come
    };

    /// What is known of the moment beside the label itself.
    struct Moment {
        bool phased = false;       ///< the flywheel knows when pulses come,
        hal::Nanos drift{0};       ///< but for that
        bool listed_leap = false;  ///< within an hour of a leap second that the list knows
        bool unlisted_end = false; ///< at the end of a month that no list knows
    };

    explicit Numbering(const Settings& settings)
        : settings_{settings}, needed_{settings.lock_count} {}

    /// A label's place: the flywheel's time when it came, less the time that it names.
    /// used: K is believed, and the label agrees. locking: nothing is against it, but more labels
    /// are needed. straddling: K can't be told. mismatch: the label is against it.
    [[nodiscard]] Verdict add(hal::Nanos place, const Moment& moment) noexcept;

    /// The flywheel's second less its name, as the last label left it; nothing if it isn't
    /// believed.
    [[nodiscard]] std::optional<std::int64_t> k() const noexcept {
        return trusted() && room_left_ ? k_ : std::nullopt;
    }

    /// There is a line, and the last labels are on it: their second is known, if not to which pulse
    /// it belongs.
    [[nodiscard]] bool trusted() const noexcept { return votes_ > 0 && demanded_ == 0; }

    /// There is a line, or was: labels can be compared with it.
    [[nodiscard]] bool knows_a_line() const noexcept { return line_.labels > 0; }

    /// How long after their pulses labels come; nothing if K isn't decided.
    [[nodiscard]] std::optional<hal::Nanos> delay() const noexcept {
        return votes_ > 0 && k_ ? std::optional{line_.place - std::chrono::seconds{*k_}}
                                : std::nullopt;
    }

    /// The labels' mean distance from the line.
    [[nodiscard]] hal::Nanos scatter() const noexcept { return line_.scatter; }

    /// How much later than usual a label at that place is; 0 before there is a usual place.
    [[nodiscard]] hal::Nanos later_than_usual(hal::Nanos place) const noexcept {
        return line_.labels > 0 ? place - line_.place : hal::Nanos{0};
    }

    /// The flywheel's times have moved by that.
    void shift(hal::Nanos by) noexcept;

    /// The flywheel's phase is another one: K has to be decided anew.
    void lose_phase() noexcept;

    /// A leap second has been shown: names after it are later by so many seconds.
    void leap(std::int64_t by) noexcept;

    /// Time stood still, or the line can no longer be told from its neighbours: all is forgotten.
    /// wary: what was known was true, so that what differs from it would be wrong.
    void forget(bool wary) noexcept;

    /// The last labels are no longer in a row, but go on to be compared.
    void end_row() noexcept { other_.labels = agreed_ = 0; }

  private:
    friend class NumberingState; ///< tests: all of them, walked through
    /// Labels that come as usual.
    struct Line {
        hal::Nanos place{0};   ///< 0: there has been none
        hal::Nanos scatter{0}; ///< mean distance
        hal::Nanos before{0};  ///< as much before it labels have come, for hours
        hal::Nanos after{0};   ///< and after it
        int labels = 0;

        void add(hal::Nanos label) noexcept;
        [[nodiscard]] hal::Nanos tail() const noexcept;
        [[nodiscard]] hal::Nanos reach(hal::Nanos extreme) const noexcept;
        [[nodiscard]] bool near(hal::Nanos label) const noexcept;
    };

    [[nodiscard]] Verdict search(hal::Nanos place, const Moment& moment) noexcept;
    [[nodiscard]] Verdict agree(hal::Nanos place, const Moment& moment) noexcept;
    [[nodiscard]] Verdict oppose(hal::Nanos place, const Moment& moment) noexcept;
    [[nodiscard]] Verdict judge(const Moment& moment) noexcept;
    [[nodiscard]] bool as_usual(hal::Nanos place) const noexcept;
    [[nodiscard]] std::int64_t k_of(hal::Nanos place) const noexcept;
    [[nodiscard]] bool has_room(const Line& line, bool decided, hal::Nanos drift) const noexcept;
    [[nodiscard]] std::optional<std::int64_t> clear_k(hal::Nanos place, bool phased) const noexcept;
    void demand(int labels) noexcept;
    void believe_other() noexcept;
    void try_other(hal::Nanos place, int needed) noexcept;

    Settings settings_;
    Line line_;        ///< believed, if it has votes
    Line other_;       ///< the last labels in a row that aren't near it
    int needed_;       ///< so many make other_ the line
    int votes_ = 0;    ///< to `lasting`; 0: nothing is believed, and other_ is being tried
    int demanded_ = 0; ///< labels that have to agree in a row, before it is trusted
    int agreed_ = 0;   ///< of these
    std::optional<std::int64_t> k_; ///< once it was decided
    bool room_left_ = false;        ///< the line is where k_ can be told
};

} // namespace ppsd::discipline
