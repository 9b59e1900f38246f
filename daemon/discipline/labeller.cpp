#include "daemon/discipline/labeller.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr int mismatch_limit = 3;
constexpr Nanos smallest_margin = 10ms;
constexpr int labels_to_be_wary = NumberingDoubt::lasting;
// This near to a limit few labels can't tell that others will not cross it.
constexpr Nanos near_limit = 150ms;
constexpr int few_spreads = 4;
constexpr Nanos at_once = 100ms;
constexpr Nanos half_second = 500ms;
// Without a hint a label names the last pulse before it: delays from 0 to 1 s.
constexpr Nanos middle_of_a_second = 500ms;
// How early a label may be against its learned delay before its pulse is looked for.
constexpr Nanos early = 100ms;
constexpr int lag_smoothing = 16;

constexpr Nanos tolerance = LearnedDelay::tolerance;

} // namespace

bool Labeller::add_pulse(Pulse pulse, bool restarted) noexcept {
    const bool lost = restarted && lose_pulses();
    if (pulses_.empty() || (carry_again_ && pulses_.a_second_before(pulse))) carry_k_over(pulse);
    if (pulse.moved) distrust_pulses(); // whose pulses they are, a label has to say
    pulses_.add(pulse);
    return lost;
}

// Ordinals begin anew on a new train. What the clock makes of K there is not trusted; but labels
// that say otherwise may be late, or a receiver's that errs for a while. The first pulse may be
// late itself, or noise's: then the next does that comes in time after another.
void Labeller::carry_k_over(const Pulse& pulse) noexcept {
    carry_again_ = false;
    if (!last_known_.reaches(pulse.time)) return;
    locked_before_ = true;
    month_end_ = next_month(last_known_.second());
    const auto second = last_known_.second_at(pulse.time);
    former_k_ = second ? std::optional{second->posix() - pulse.ordinal} : std::nullopt;
    carry_again_ = !second;
}

bool Labeller::lose_pulses() noexcept {
    const bool was_locked = locked_;
    unlock();
    locked_before_ = false;
    k_of_this_train_ = false;
    pulses_.clear();
    return was_locked;
}

bool Labeller::forget_time() noexcept {
    const bool was_locked = lose_pulses();
    last_known_.forget();
    last_label_.reset();
    former_k_.reset();
    return was_locked;
}

void Labeller::unlock() noexcept {
    locked_ = false;
    holdover_allowed_ = false;
    agreeing_.clear();
    mismatches_ = 0;
}

Nanos Labeller::centre() const noexcept {
    return settings_.nmea_delay.value_or(middle_of_a_second);
}

MonoTime Labeller::judge_at(const Label& label) const noexcept {
    if (locked_) return label.arrival - delay_.get() + early;
    return settings_.nmea_delay ? label.arrival - centre() + half_second : label.arrival;
}

Labeller::Outcome Labeller::add_label(const Label& label, MonoTime now, bool renumbers) noexcept {
    return locked_ ? confirm(label, now) : search(label, now, renumbers);
}

// Two seconds at once: at least one of them was held up, and says nothing by when it came.
bool Labeller::held_up(const Label& label) noexcept {
    const auto before = std::exchange(last_label_, label);
    if (!before || before->second == label.second) return false;
    const Nanos apart = label.arrival - before->arrival;
    return apart >= 0ns && apart < at_once;
}

Labeller::Outcome Labeller::search(const Label& label, MonoTime now, bool renumbers) noexcept {
    if (held_up(label)) {
        agreeing_.clear();
        k_of_this_train_ = false;
        wary_ = wary_before_; // the one before was no flip
        return {Verdict::held_up, {}, 0ns};
    }
    RecentPulses::Entry* named = pulses_.last_until(label.arrival - centre() + half_second);
    const Nanos delay = named ? label.arrival - named->pulse.time : 0ns;
    if (!named || delay >= centre() + half_second || label.leap_second) {
        agreeing_.clear();
        return {label.leap_second ? Verdict::leap_second : Verdict::no_pulse, {}, delay};
    }
    outdate_former_k(named->pulse);
    const std::int64_t k = label.second.posix() - named->pulse.ordinal;
    const bool again = std::exchange(named->labelled, true);
    if (again && k == k_) return {Verdict::no_pulse, {}, delay};
    pass_leap_while_searching(label.second);
    if (names_deleted_second(label.second)) return {Verdict::mismatch, {}, delay};
    agree(k, delay);
    if (renumbered()) doubt_.contradicted(k);
    if (leaps_otherwise(label.second)) {
        agreeing_.clear();
        return {Verdict::mismatch, {}, delay};
    }
    if (wary_ > 0) return {Verdict::straddling, {}, delay};
    // Pulses that were counted since tell better.
    const bool contradicted =
        !as_before() && (renumbers || contradicted_by_clock(label.second, named->pulse.time));
    const int needed = labels_needed(contradicted);
    if (again || agreeing_.count() < needed) return {Verdict::locking, {}, delay};
    if (room() < std::max(smallest_margin, agreeing_.spread()))
        return {Verdict::straddling, {}, delay};
    lock(named->pulse, label, now);
    Outcome outcome = hand_over(named->pulse, label, delay);
    outcome.locked = true;
    if (locked_before_ && former_k_) outcome.renumbered = k_ - *former_k_;
    return outcome;
}

void Labeller::pass_leap_while_searching(UtcSecond second) noexcept {
    if (!agreeing_.empty() && second < search_month_end_) return;
    if (!agreeing_.empty()) expect_leap();
    search_month_end_ = next_month(second);
}

// Labels that agree across a leap second that the table knows contradict it: what K has to be then
// is as good as a K from before.
void Labeller::expect_leap() noexcept {
    const int leap = leap_at(search_month_end_);
    if (leap == 0) return;
    if (!locked_before_) {
        locked_before_ = true;
        former_k_ = may_mean_pulse_before() ? std::nullopt : std::optional{k_ + leap};
        month_end_ = next_month(search_month_end_);
    }
    agreeing_.clear();
    k_of_this_train_ = false;
}

bool Labeller::names_deleted_second(UtcSecond second) noexcept {
    if (second != search_month_end_ - 1 || leaps_.announced_at(second) != Leap::deleted)
        return false;
    if (!agreeing_.empty()) expect_leap();
    return true;
}

void Labeller::agree(std::int64_t k, Nanos delay) noexcept {
    wary_before_ = wary_;
    wary_ = std::max(0, wary_ - 1);
    if (k != k_) {
        const bool by_one = k - k_ == 1 || k_ - k == 1;
        if (by_one && k_of_this_train_) wary_ = labels_to_be_wary;
        agreeing_.clear();
    }
    k_of_this_train_ = true;
    k_ = k;
    if (as_before()) wary_ = 0;
    // Back to what is known: what strayed before says nothing any more, unless most did.
    const bool strayed =
        !agreeing_.empty() && delay_.any_unlike(agreeing_) && !may_mean_pulse_before();
    if (!renumbered() && delay_.familiar(delay) && strayed) agreeing_.clear();
    agreeing_.add(delay);
    // Late bursts may have taught it; or these are late. A single one may be noise's.
    if (agreeing_.count() > 1 && delay_.all_unlike(agreeing_)) delay_.doubt();
}

// Another numbering than before on the same pulses may be bursts that come late, or a receiver that
// errs for a while: it has to last. So has the former, where another has lasted as long.
int Labeller::labels_needed(bool contradicted) const noexcept {
    const bool near = room() < std::min(near_limit, few_spreads * agreeing_.spread()) &&
                      !delay_.familiar(agreeing_);
    const bool doubted = contradicted || renumbered() || may_mean_pulse_before() || doubt_.doubts();
    return std::max(
        {settings_.lock_count, doubted ? labels_to_be_wary : 0, near ? AgreeingLabels::window : 0});
}

bool Labeller::renumbered() const noexcept {
    return locked_before_ && k_ != former_k_;
}

// Nothing comes early: earlier than was learned before, they may be late by most of a second, and
// mean the pulse before; unless K, where it is known, says that they don't.
bool Labeller::may_mean_pulse_before() const noexcept {
    const bool k_known = locked_before_ && former_k_;
    return !k_known && delay_.earlier(agreeing_);
}

// Early or late with a leap second that the table knows: however long it lasts, the table is right.
bool Labeller::leaps_otherwise(UtcSecond second) const noexcept {
    if (!renumbered() || !former_k_) return false;
    const std::int64_t by = k_ - *former_k_;
    return (by == 1 || by == -1) && leaps_.leap_near(second);
}

// Delays that come nearer to the limits than they differ from each other may cross them next.
Nanos Labeller::room() const noexcept {
    return std::min(agreeing_.least() - (centre() - half_second),
                    centre() + half_second - agreeing_.largest());
}

void Labeller::lock(Pulse pulse, const Label& label, MonoTime now) noexcept {
    delay_.learn(agreeing_.median());
    lag_ = now - label.arrival;
    locked_ = true;
    holdover_allowed_ = true;
    mismatches_ = 0;
    doubt_.locked(renumbered());
    carry_again_ = false;
    confirmed_ = pulse;
    month_end_ = next_month(label.second);
    confirmed_in_a_row_ = settings_.lock_count; // so many have agreed
    remember(label);
}

// Noise that passes for pulses moves their ordinals, and a label that slips may fit them then: one
// label that confirms is not enough.
void Labeller::remember(const Label& label) noexcept {
    if (confirmed_in_a_row_ < settings_.lock_count || label.leap_second) return;
    last_known_.remember(label.second, confirmed_.time, pulses_.second_length());
}

// Where the pulses before it say that it should be. A label from before its pulse was due is
// another second's, late.
bool Labeller::names_missing_pulse(const Label& label, std::int64_t ordinal) const noexcept {
    if (!exists(label) || ordinal <= confirmed_.ordinal) return false;
    const MonoTime due = confirmed_.time + std::chrono::seconds{ordinal - confirmed_.ordinal};
    const Nanos off = label.arrival - (due + delay_.get());
    return off >= -std::clamp(delay_.get(), early, tolerance) && off <= tolerance;
}

// A label from before its pulse (less than nmea-delay - 0.5 s after it) couldn't have been locked
// on: late bursts were, and now they come as they should.
bool Labeller::fits(Nanos delay) const noexcept {
    return delay_.tolerates(delay) && delay >= centre() - half_second;
}

Labeller::Outcome Labeller::confirm(const Label& label, MonoTime now) noexcept {
    const std::int64_t k = k_for(label);
    const std::int64_t ordinal = label.second.posix() - k;
    RecentPulses::Entry* named = exists(label) ? pulses_.find(ordinal) : nullptr;
    const Nanos delay = named ? label.arrival - named->pulse.time : 0ns;
    last_label_ = label;
    if (!named && names_missing_pulse(label, ordinal)) return {Verdict::no_pulse, {}, delay};
    if (!named || named->labelled || !fits(delay) || ends_month_in_doubt(label))
        return mismatch(label, delay);
    named->labelled = true;
    confirmed_ = named->pulse;
    holdover_allowed_ = !label.leap_second; // until the second after it bears it out
    mismatches_ = 0;
    learn(delay, now - label.arrival);
    // The second after :60 is the same POSIX second, one pulse later.
    k_ = label.leap_second ? k - 1 : k;
    if (label.second >= month_end_) month_end_ = next_month(label.second);
    confirmed_in_a_row_ = std::min(confirmed_in_a_row_ + 1, settings_.lock_count);
    doubt_.confirmed();
    remember(label);
    if (label.leap_second) return {Verdict::leap_second, {}, delay};
    return hand_over(named->pulse, label, delay);
}

// The last second of a month of which no table knows may not exist, and labels that misfitted just
// before may be those of a receiver that has left it out already.
bool Labeller::ends_month_in_doubt(const Label& label) const noexcept {
    return label.second >= month_end_ - 1 && !leaps_.known_at(month_end_ - 1) &&
           confirmed_in_a_row_ < settings_.lock_count;
}

Labeller::Outcome Labeller::hand_over(const Pulse& pulse, const Label& label,
                                      Nanos delay) noexcept {
    if (pulse.late) return {Verdict::late_edge, {}, delay};
    return {Verdict::used, LabelledPulse{label.second, pulse.time}, delay};
}

// K as the table has it, where a month has ended since the last label.
std::int64_t Labeller::k_for(const Label& label) const noexcept {
    const bool same_month = label.second < month_end_ || label.leap_second;
    return same_month ? k_ : k_ + leap_at(month_end_);
}

// What K moves by.
int Labeller::leap_at(UtcSecond month_end) const noexcept {
    const Leap leap = leaps_.announced_at(month_end - 1);
    return leap == Leap::inserted ? -1 : leap == Leap::deleted ? 1 : 0;
}

bool Labeller::past_month_end(const Pulse& pulse, std::int64_t k) const noexcept {
    const bool deleted = leaps_.announced_at(month_end_ - 1) == Leap::deleted;
    return UtcSecond::from_posix(pulse.ordinal + k) >= (deleted ? month_end_ - 1 : month_end_);
}

// A K from before a month's end is as good after it only if the table says so.
void Labeller::outdate_former_k(const Pulse& pulse) noexcept {
    if (!locked_before_ || !former_k_ || !past_month_end(pulse, *former_k_)) return;
    former_k_ = leaps_.known_at(month_end_ - 1) ? std::optional{*former_k_ + leap_at(month_end_)}
                                                : std::nullopt;
    month_end_ = next_month(month_end_);
    agreeing_.clear(); // those from before it agreed on something else
}

// Only a month's last second can be :60, or be missing; and only where the table, if it knows,
// says so.
bool Labeller::exists(const Label& label) const noexcept {
    const UtcSecond last = month_end_ - 1;
    if (label.leap_second) {
        const bool may_be = !leaps_.known_at(last) || leaps_.announced_at(last) == Leap::inserted;
        return label.second == month_end_ && may_be;
    }
    return label.second != last || leaps_.announced_at(last) != Leap::deleted;
}

Labeller::Outcome Labeller::mismatch(const Label& label, Nanos delay) noexcept {
    holdover_allowed_ = false;
    confirmed_in_a_row_ = 0;
    const RecentPulses::Entry* last = pulses_.last_until(label.arrival);
    const bool doubtful = last && !leaps_.known_at(month_end_ - 1) &&
                          UtcSecond::from_posix(last->pulse.ordinal + k_) >= month_end_ - 1;
    if (++mismatches_ < mismatch_limit && !doubtful) return {Verdict::mismatch, {}, delay};
    doubt_.unlocked(mismatches_);
    unlock();
    locked_before_ = true;
    former_k_ = k_;
    delay_.doubt();
    return {Verdict::mismatch, {}, delay, false, true};
}

void Labeller::learn(Nanos delay, Nanos lag) noexcept {
    delay_.follow(delay);
    lag_ = std::max(lag, lag_ - (lag_ - lag) / lag_smoothing);
}

const RecentPulses::Entry* Labeller::overdue_pulse() const noexcept {
    if (!may_hold_over()) return nullptr;
    const auto* next = pulses_.first_unlabelled_after(confirmed_.ordinal);
    if (!next) return nullptr;
    const std::chrono::seconds since{next->pulse.ordinal - confirmed_.ordinal};
    if (since > settings_.holdover) return nullptr;
    // K is not known beyond the end of a month, and its last second may be a deleted one.
    const auto second = UtcSecond::from_posix(next->pulse.ordinal + k_);
    return second < month_end_ - 1 ? next : nullptr;
}

std::optional<MonoTime> Labeller::next_overdue() const noexcept {
    const auto* next = overdue_pulse();
    if (!next) return std::nullopt;
    return next->pulse.time + delay_.get() + tolerance + lag_;
}

std::optional<LabelledPulse> Labeller::take_overdue(MonoTime now) noexcept {
    const auto due = next_overdue();
    if (!due || *due > now) return std::nullopt;
    const Pulse pulse = overdue_pulse()->pulse;
    pulses_.mark_labelled(pulse.ordinal);
    return LabelledPulse{UtcSecond::from_posix(pulse.ordinal + k_), pulse.time};
}

void Labeller::check_delay(const Label& label) noexcept {
    if (locked_ || !delay_.learned()) return;
    const auto off = late_by_clock(label.second, label.arrival - delay_.get());
    if (off && std::chrono::abs(*off) > tolerance) delay_.doubt();
}

// By the last known pulse. Over a month's end of which no table knows a leap second may have been.
std::optional<Nanos> Labeller::late_by_clock(UtcSecond second, MonoTime began) const noexcept {
    if (!last_known_.reaches(began, KnownPulse::tells_tenths)) return std::nullopt;
    const UtcSecond end = next_month(last_known_.second());
    if (second < end) return last_known_.late(second, began);
    if (!leaps_.known_at(end - 1)) return std::nullopt;
    return last_known_.late(second - leap_at(end), began);
}

bool Labeller::contradicted_by_clock(UtcSecond second, MonoTime pulse) const noexcept {
    const auto off = late_by_clock(second, pulse);
    return off && std::chrono::abs(*off) > half_second;
}

std::optional<Nanos> Labeller::delay() const noexcept {
    return locked_ ? std::optional{delay_.get()} : std::nullopt;
}

} // namespace ppsd::discipline
