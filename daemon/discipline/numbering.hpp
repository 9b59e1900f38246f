// What the receiver calls the seconds that the flywheel counts: the heart of ppsd. It never
// guesses.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace ppsd::discipline {

/// A label is one number, its offset: the flywheel's time when it came, less the time that it
/// names. If pulse 1000 is 12:00:00 (43200) and its label comes 0.3 s later, that is 1000.3 - 43200
/// = -42200 + 0.3 s. The whole part is the numbering K, the same for all; the rest is the label's
/// delay. So the offsets of right labels cluster within some tenths of a second. Which K, is
/// decided only where the cluster keeps clear of the pulses on both sides: the delay is between
/// `earliest` and a second later. If `earliest` selects a pulse other than the last before the
/// label, the delay must be within 0.1 s of the user's `nmea-delay` (`earliest` plus 0.5 s).
///
/// - The first `lock_count` labels in a row, each within 0.3 s of them, are believed. If one of
///   another second is among them, one late while no pulses are known, or one outside of what
///   note_late() was told, it takes `replace_count`; one that is late then costs `lock_count`.
/// - A label near the cluster agrees, and moves it a little. One at another time of the same second
///   agrees, and moves nothing; `lock_count` of these in a row move the cluster there.
/// - Any other is against it, also one near but before its own pulse, or late past the next one.
///   Nothing goes out until one comes as usual; after more than one, until `lock_count` in a row.
/// - The cluster has 0 to `replace_count` votes: a label that agrees adds one, one against it takes
///   one. Without votes it isn't believed, and the next takes `replace_count` labels in a row.
/// - `replace_count` labels in a row, against it and near each other, are believed instead: fewer
///   may be a receiver that errs, or bursts that come late.
/// - If the cluster moves over a pulse, there is no K until it has been clear of where it went for
///   long: that memory fades within a day (65536 labels).
/// - Within an hour of a leap second that the list knows, receivers act early or late: no label
///   takes a vote, but after 60 others in a row 120 must agree. One second off never wins: one, if
///   votes are below half, or 120 in a row silence it until that is over and 120 agree.
/// - At the end of a month that no list knows, labels that are one off are a leap second or an
///   error: half of `replace_count` in a row tell, whichever they say.
class Numbering {
  public:
    /// Labels: for longer no receiver erred, and no UART held up its sentences, that was ever seen.
    static constexpr int replace_count = 120;
    /// Four deviations of the most jittery receiver, and the first chunk of a slow UART.
    static constexpr hal::Nanos near_usual = std::chrono::milliseconds{300};

    struct Settings {
        int lock_count = 5;     ///< labels in a row that must agree; at least 1
        hal::Nanos earliest{0}; ///< how soon after its pulse a label may come
    };

    /// What is known of the moment beside the label itself.
    struct Moment {
        bool phased = false;       ///< the flywheel knows when pulses come
        hal::Nanos unsure{0};      ///< how far a pulse may be from there: drift and scatter
        bool listed_leap = false;  ///< within an hour of a leap second that the list knows
        bool unlisted_end = false; ///< at the end of a month that no list knows
    };

    explicit Numbering(const Settings& settings)
        : settings_{settings}, to_believe_{settings.lock_count} {}

    /// used: K is believed, and the label agrees. locking: nothing is against it, but more labels
    /// are needed. straddling: K can't be told. mismatch: the label is against it. no_pulse: it
    /// agrees, but the flywheel has no phase.
    [[nodiscard]] Verdict add(hal::Nanos offset, const Moment& moment) noexcept;

    /// The flywheel's second less its name, as the last label left it; nothing if not believed.
    [[nodiscard]] std::optional<std::int64_t> k() const noexcept {
        return trusted() && k_clear_ ? k_ : std::nullopt;
    }

    /// A cluster is believed, and the last labels agreed: their second is known, if not to which
    /// pulse it belongs.
    [[nodiscard]] bool trusted() const noexcept { return votes_ > 0 && to_restore_ == 0; }

    /// There is a cluster, believed or no longer: labels can be compared with it.
    [[nodiscard]] bool knows_usual() const noexcept { return usual_.labels > 0; }

    /// How long after their pulses labels come; nothing if K isn't decided.
    [[nodiscard]] std::optional<hal::Nanos> delay() const noexcept {
        return votes_ > 0 && k_ ? std::optional{usual_.offset - std::chrono::seconds{*k_}}
                                : std::nullopt;
    }

    /// The labels' mean distance from the cluster's middle.
    [[nodiscard]] hal::Nanos scatter() const noexcept { return usual_.scatter; }

    /// How much later than usual a label of that offset is; 0 before anything is usual.
    [[nodiscard]] hal::Nanos later_than_usual(hal::Nanos offset) const noexcept {
        return usual_.labels > 0 ? offset - usual_.offset : hal::Nanos{0};
    }

    /// The flywheel's times have moved by that.
    void shift(hal::Nanos by) noexcept {
        for (Cluster* cluster : {&usual_, &challenger_})
            if (cluster->offset != hal::Nanos{0}) cluster->offset += by;
        usual_within_ = {usual_within_.first + by, usual_within_.second + by};
    }

    /// The flywheel's phase is another one: K has to be decided anew.
    void lose_phase() noexcept {
        k_.reset();
        k_clear_ = false;
    }

    /// A leap second has been shown: names after it are later by so many seconds.
    void leap(std::int64_t by) noexcept {
        shift(std::chrono::seconds{by});
        if (k_) *k_ += by;
    }

    /// Time stood still, or drifted so far that a second can't be told from the next: all is
    /// forgotten. wary: the next cluster takes `replace_count` labels, not `lock_count`.
    void forget(bool wary) noexcept {
        *this = Numbering{settings_};
        if (wary) to_believe_ = replace_count;
    }

    /// A label may be late, by so much at most: the usual ones lie from there to it. The last
    /// labels are no longer in a row, but go on to be compared. locking.
    Verdict note_late(hal::Nanos offset, hal::Nanos by) noexcept {
        usual_within_.first = std::max(usual_within_.first, offset - by);
        usual_within_.second = std::min(usual_within_.second, offset);
        challenger_.labels = agreed_ = 0;
        return Verdict::locking;
    }

  private:
    friend class NumberingState; ///< tests: all of them, walked through
    /// Labels that come as usual.
    struct Cluster {
        hal::Nanos offset{0};  ///< its middle; 0: there has been none
        hal::Nanos scatter{0}; ///< mean distance
        hal::Nanos before{0};  ///< how far below it labels have come, for hours
        hal::Nanos after{0};   ///< and above it
        int labels = 0;

        void add(hal::Nanos label) noexcept;
        [[nodiscard]] hal::Nanos tail() const noexcept;
        [[nodiscard]] hal::Nanos reach(hal::Nanos extreme) const noexcept;
        [[nodiscard]] bool near(hal::Nanos label) const noexcept;
    };

    [[nodiscard]] Verdict search(hal::Nanos offset, const Moment& moment) noexcept;
    [[nodiscard]] Verdict agree(hal::Nanos offset, const Moment& moment) noexcept;
    [[nodiscard]] Verdict oppose(hal::Nanos offset, const Moment& moment) noexcept;
    [[nodiscard]] Verdict judge(const Moment& moment) noexcept;
    [[nodiscard]] bool as_usual(hal::Nanos offset) const noexcept;
    [[nodiscard]] std::int64_t k_of(hal::Nanos offset) const noexcept;
    [[nodiscard]] bool has_room(const Cluster& of, bool decided, hal::Nanos unsure) const noexcept;
    [[nodiscard]] std::optional<std::int64_t> clear_k(hal::Nanos label, bool phased) const noexcept;
    void demand(int labels) noexcept {
        to_restore_ = std::max(to_restore_, labels);
        agreed_ = 0;
    }
    void believe_challenger() noexcept;
    void challenge(hal::Nanos offset, int needed) noexcept;

    Settings settings_;
    Cluster usual_;      ///< believed, if it has votes
    Cluster challenger_; ///< the last labels in a row that aren't near it
    int to_believe_;     ///< so many make challenger_ the usual one
    int votes_ = 0;      ///< to `replace_count`; 0: nothing is believed
    int to_restore_ = 0; ///< labels that have to agree in a row before it is trusted again
    int agreed_ = 0;     ///< of these
    std::optional<std::int64_t> k_; ///< once it was decided
    bool k_clear_ = false;          ///< the cluster is where K can be told
    std::pair<hal::Nanos, hal::Nanos> usual_within_{-hal::Nanos::max() / 2, hal::Nanos::max() / 2};
};

} // namespace ppsd::discipline
