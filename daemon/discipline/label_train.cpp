#include "daemon/discipline/label_train.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {
constexpr Nanos tolerance = 400ms;
constexpr Nanos half_second = 500ms;
constexpr int misfits_allowed = 2;
constexpr int needed_to_renumber = 60;
// Each second may be 83333 ppm longer or shorter; a line that falls behind, or makes up for it,
// moves by more.
constexpr Nanos longest_step = 90ms;
// Slewed at its limit, and as far behind it as we may be, the clock hides a whole second in more.
constexpr Nanos longest_gap = 4s;
constexpr int smoothing = 64;
// For so long CLOCK_MONOTONIC tells how the seconds were numbered before.
constexpr Nanos remembered = 300s;

constexpr bool near(Nanos error) {
    return error <= tolerance && error >= -tolerance;
}

/// What is late by more might, on a clock that slews at its limit, be late by half a second.
constexpr Nanos latest(Nanos gap) {
    return tolerance - std::max(gap - 1s, 0ns) / 12;
}
} // namespace

bool LabelTrain::add(UtcSecond second, MonoTime arrival, bool leap_second) noexcept {
    if (fitting_ > 0 && arrival - last_fitting_ > longest_gap) restart();
    if (fitting_ == 0 && arrival - last_ > remembered) forget();
    last_ = arrival;
    anew_ = false;
    const MonoTime zero = arrival - std::chrono::seconds{second.posix()};
    const Nanos leap = leap_second ? 0s : leap_before(second);
    const Nanos error = zero - (zero_ + leap);
    const Nanos gap = arrival - error - last_fitting_; // to when it was due
    const bool fits =
        fitting_ > 0 && near(error) && error <= latest(gap) && exists(second, leap_second);
    if (!fits && !begins_anew(arrival)) return false;
    pass(leap);
    last_fitting_ = arrival;
    const MonoTime before = zero_;
    if (fits)
        follow(zero);
    else
        begin(zero);
    cross_month_end(second);
    if (leaps_otherwise(second)) {
        fitting_ = 1;
        if (++refused_ >= needed_to_renumber) in_doubt_ = true;
    }
    // Near to both numberings, the jitter must not choose.
    renumbered_ = renumbered_ || (former_zero_ && !near(zero_ - *former_zero_));
    const bool trusted = fits && fitting_ >= needed();
    anew_ = trusted && !trusted_ && (!former_zero_ || renumbered_);
    trusted_ = trusted;
    if (trusted) trust(zero_ - before);
    if (leap_second) pass(1s); // the label after it names the same POSIX second again
    return trusted;
}

// Only a month's last second can be :60, or be missing; and only where the table, if it knows,
// says so.
bool LabelTrain::exists(UtcSecond second, bool leap_second) const noexcept {
    const UtcSecond last = month_end_ - 1;
    const Leap leap = leaps_.announced_at(last);
    if (!leap_second) return second != last || leap != Leap::deleted;
    return second == month_end_ && (leap == Leap::inserted || !leaps_.known_at(last));
}

bool LabelTrain::begins_anew(MonoTime arrival) noexcept {
    if (fitting_ == 0) return true;
    if (may_be_leap(arrival)) in_doubt_ = true;
    return in_doubt_ || fitting_ < needed() || ++misfits_ > misfits_allowed;
}

// At a month's end that no list knows a misfit may be the leap second, or the receiver.
bool LabelTrain::may_be_leap(MonoTime arrival) const noexcept {
    const Nanos expected = arrival - zero_ + half_second;
    return expected >= std::chrono::seconds{(month_end_ - 1).posix()} &&
           !leaps_.known_at(month_end_ - 1);
}

void LabelTrain::follow(MonoTime zero) noexcept {
    misfits_ = 0;
    fitting_ = std::min(fitting_ + 1, std::max(needed_, needed_to_renumber));
    // A clock that slews at its limit stays within 0.09 s.
    zero_ = zero_ + std::clamp(zero - zero_, -longest_step, longest_step);
    // Nothing comes early: what is later is believed slowly.
    base_ = std::min(zero, base_ + (zero - base_) / smoothing);
    crept_ = zero - base_ > tolerance;
    latest_ = std::max(zero, latest_ + (zero - latest_) / smoothing);
    moved_ = crept_ || latest_ - zero > tolerance;
}

void LabelTrain::begin(MonoTime zero) noexcept {
    restart();
    if (!former_zero_) month_end_ = {}; // of labels that never meant anything
    fitting_ = 1;
    zero_ = base_ = latest_ = zero;
    if (former_zero_ && near(zero - *former_zero_)) { // what crept before goes on
        base_ = std::min(zero, former_base_);
        latest_ = std::max(zero, former_latest_);
    }
    crept_ = zero - base_ > tolerance;
    moved_ = crept_ || latest_ - zero > tolerance;
}

// What a month's end that has passed since the last label moves the numbering by.
Nanos LabelTrain::leap_before(UtcSecond second) const noexcept {
    if ((fitting_ == 0 && !former_zero_) || second < month_end_) return 0s;
    const Leap leap = leaps_.announced_at(month_end_ - 1);
    return leap == Leap::inserted ? 1s : leap == Leap::deleted ? -1s : 0s;
}

// A numbering from before it is as good after it only if it is still trusted, or the table knows.
void LabelTrain::cross_month_end(UtcSecond second) noexcept {
    if (second < month_end_) return;
    const bool known = leaps_.known_at(month_end_ - 1);
    if (former_zero_ && fitting_ < needed() && !known) in_doubt_ = true;
    month_end_ = next_month(second);
}

void LabelTrain::pass(Nanos leap) noexcept {
    zero_ = zero_ + leap;
    base_ = base_ + leap;
    latest_ = latest_ + leap;
    if (former_zero_) former_zero_ = *former_zero_ + leap;
    former_base_ = former_base_ + leap;
    former_latest_ = former_latest_ + leap;
}

// The former numbering stays; when its labels would come now moves with those that are trusted: a
// slewed clock moves both. As many as could renumber tell better when it comes.
void LabelTrain::trust(Nanos moved) noexcept {
    renumbered_ = in_doubt_ = false;
    refused_ = 0;
    if (!former_zero_) return;
    former_zero_ = *former_zero_ + moved;
    if (fitting_ >= needed_to_renumber && near(zero_ - *former_zero_)) former_zero_ = zero_;
}

int LabelTrain::needed() const noexcept {
    return renumbered_ || in_doubt_ ? std::max(needed_, needed_to_renumber) : needed_;
}

// Early or late with a leap second that the table knows: however long it lasts, the table is right.
bool LabelTrain::leaps_otherwise(UtcSecond second) const noexcept {
    if (!former_zero_ || near(zero_ - *former_zero_)) return false;
    const Nanos by = zero_ - *former_zero_;
    return (near(by - 1s) || near(by + 1s)) && leaps_.leap_near(second);
}

void LabelTrain::forget() noexcept {
    former_zero_.reset();
    in_doubt_ = false;
}

// A little later each time would in the end be another numbering: the first one stays.
void LabelTrain::restart() noexcept {
    const bool enough = fitting_ > 0 && fitting_ >= needed();
    if (enough && (!former_zero_ || !near(zero_ - *former_zero_))) former_zero_ = zero_;
    if (enough) {
        former_base_ = base_;
        former_latest_ = latest_;
    }
    renumbered_ = trusted_ = false;
    fitting_ = 0;
    misfits_ = 0;
}

} // namespace ppsd::discipline
