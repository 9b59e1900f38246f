// Whether a receiver's labels advance as time does: the check on the NMEA time, which has no pulse
// to be checked by.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "hal/time.hpp"

#include <optional>
#include <utility>

namespace ppsd::discipline {

/// Trusts labels once `needed` in a row came a second apart for each second that they name, to
/// 0.4 s; after a gap late by a twelfth of it less. One that doesn't begins anew; once they are
/// trusted, three in a row. If one of them numbers the seconds otherwise than those that were
/// trusted before, it takes 60: a receiver may err for a while. More than 4 s without one that fits
/// begin anew, too: slewing can hide a second then. Seconds are those of CLOCK_MONOTONIC, slewed by
/// up to 83333 ppm; labels that come ever later by more are misfits. Across a leap second that the
/// table knows, so are those that number the seconds otherwise. At a month's end that it doesn't
/// know, any misfit begins anew, and 60 labels are needed whatever they say: a leap second may have
/// been, or not. Within an hour of a leap second that the table knows, a numbering that is off by
/// one from what was trusted before never counts.
class LabelTrain {
  public:
    explicit LabelTrain(int needed, LeapTable leaps = {})
        : needed_{needed}, leaps_{std::move(leaps)} {}

    /// True if the label fits and enough have. leap_second: it is :60, and second the one after it,
    /// which the next label then names again.
    [[nodiscard]] bool add(hal::UtcSecond second, hal::MonoTime arrival,
                           bool leap_second = false) noexcept;

    /// Whether the last label came more than 0.4 s later than labels did in the last minute or so,
    /// bit by bit: sentences that fall behind, or a clock that is slewed by more than 6000 ppm.
    [[nodiscard]] bool crept() const noexcept { return crept_; }

    /// The same, or as much earlier: they no longer come as late as they did.
    [[nodiscard]] bool moved() const noexcept { return moved_; }

    /// Whether the last label numbers the seconds otherwise than those that were trusted before it,
    /// or may since a month's end, and hasn't lasted for 60: a second may be missing, or it is
    /// late.
    [[nodiscard]] bool renumbers() const noexcept {
        return misfits_ > 0 || (!trusted_ && (renumbered_ || in_doubt_));
    }

    /// Whether the last label is the first to be trusted of others than were trusted before, or of
    /// any: how late they come may be another time.
    [[nodiscard]] bool anew() const noexcept { return anew_; }

    /// A newer list.
    void set_leaps(LeapTable leaps) { leaps_ = std::move(leaps); }

    /// When second 0 would have arrived, as the last labels have it: their scatter is the
    /// receiver's jitter.
    [[nodiscard]] hal::MonoTime zero() const noexcept { return zero_; }

    /// The labels stopped meaning anything (no fix): begins anew. What was trusted before is
    /// remembered until no label came for 300 s.
    void restart() noexcept;

  private:
    [[nodiscard]] int needed() const noexcept;
    [[nodiscard]] hal::Nanos leap_before(hal::UtcSecond second) const noexcept;
    [[nodiscard]] bool exists(hal::UtcSecond second, bool leap_second) const noexcept;
    [[nodiscard]] bool begins_anew(hal::MonoTime arrival) noexcept;
    [[nodiscard]] bool may_be_leap(hal::MonoTime arrival) const noexcept;
    [[nodiscard]] bool leaps_otherwise(hal::UtcSecond second) const noexcept;
    void follow(hal::MonoTime zero) noexcept;
    void begin(hal::MonoTime zero) noexcept;
    void cross_month_end(hal::UtcSecond second) noexcept;
    void pass(hal::Nanos leap) noexcept;
    void trust(hal::Nanos moved) noexcept;
    void forget() noexcept;

    int needed_;
    LeapTable leaps_;
    hal::UtcSecond month_end_; ///< the first second of the month after the last label's
    int fitting_ = 0;
    int misfits_ = 0;
    hal::MonoTime zero_;
    hal::MonoTime base_;   ///< the same, as it was before they came later
    hal::MonoTime latest_; ///< and before they came earlier
    bool crept_ = false;
    bool moved_ = false;
    hal::MonoTime last_;                       ///< when the last label came
    hal::MonoTime last_fitting_;               ///< and the last that fitted, or began anew
    std::optional<hal::MonoTime> former_zero_; ///< of the numbering that was trusted before
    hal::MonoTime former_base_;                ///< base_ of those, where there is a former_zero_
    hal::MonoTime former_latest_;              ///< latest_ of those
    bool trusted_ = false;                     ///< the last label that fitted was
    bool anew_ = false;                        ///< and none of its kind before it
    bool renumbered_ = false; ///< a label was not near it, since it began anew or was trusted
    int refused_ = 0;       ///< labels that leap otherwise than the table, since some were trusted
    bool in_doubt_ = false; ///< neither numbering: a leap second may have been meanwhile
};

} // namespace ppsd::discipline
