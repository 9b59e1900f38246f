#include "daemon/discipline/timekeeper.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

namespace {

// How much later than usual a label may come before its pulse is handed over without it.
constexpr Nanos patience = 400ms;
constexpr Nanos at_once = 100ms;  // no two labels follow each other sooner: ten a second
constexpr Nanos one_read = 5ms;   // a stall's backlog is read within that
constexpr int lag_smoothing = 16; // labels
// With a label's 0.3 s that would be more than half a second: it may be of the next one.
constexpr Nanos stale = 350ms;
// What has been silent for longer counts as new: no receiver errs alike before and after.
constexpr Nanos new_from = 3600s;
// As far around a month's end as a leap second that no list knows may show.
constexpr std::int64_t before_end = 2, after_end = 60; // s

} // namespace

Timekeeper::Timekeeper(const Settings& settings, LeapTable leaps)
    : settings_{settings}, leaps_{std::move(leaps)},
      numbering_{{settings.lock_count, settings.nmea_delay.value_or(500ms) - 500ms}} {}

Edges::Outcome Timekeeper::add_edge(const Stamp& edge) noexcept {
    forget_if_stale(edge.osc);
    const bool rests_on_it = numbering_.delay().has_value();
    const auto outcome = edges_.add(edge.osc, wheel_, rests_on_it ? settings_.pulses_to_move : 0);
    numbering_.shift(outcome.moved);
    if (outcome.new_phase) begin_phase();
    const bool usable = outcome.verdict == Verdict::used;
    if (usable || outcome.verdict == Verdict::late_edge) {
        std::shift_right(pulses_.begin(), pulses_.end(), 1);
        pulses_.front() = {outcome.count, edge, usable};
    }
    return outcome;
}

// Neither pulses nor labels for so long that drift and a label's scatter may be half a second.
void Timekeeper::forget_if_stale(OscTime now) noexcept {
    if (!last_) return;
    const Nanos silent = now - last_->label.arrival.osc;
    if (std::chrono::abs(silent) < stale * 1000) return; // no oscillator drifts that much
    if (wheel_.drift_over(silent) < stale || wheel_.drift(now) < stale) return;
    forget_numbering(silent < new_from);
}

// After a stall two labels come at once.
bool Timekeeper::came_with_the_last(const Label& label) const noexcept {
    if (!last_ || last_->label.second == label.second) return false;
    const Nanos apart = label.arrival.osc - last_->label.arrival.osc;
    return apart >= 0ns && apart < (numbering_.knows_usual() ? at_once : one_read);
}

// Where the list knows it, :60 has a second of its own; else it stands in 00:00:00's place.
std::int64_t Timekeeper::tai_of(const Label& label) const noexcept {
    const std::int64_t tai = leaps_.to_tai(label.second);
    return label.leap_second && leaps_.to_tai(label.second - 1) < tai - 1 ? tai - 1 : tai;
}

Nanos Timekeeper::offset_of(const Label& label) const noexcept {
    const Nanos named = std::chrono::seconds{tai_of(label)} + label.fraction;
    return wheel_.at(label.arrival.osc) - WheelTime{} - named;
}

Numbering::Moment Timekeeper::moment_of(const Label& label) const noexcept {
    const OscTime arrival = label.arrival.osc;
    const UtcSecond from = label.second - after_end;
    const bool unlisted = !leaps_.knows_end_after(from);
    return {wheel_.phased(arrival), wheel_.drift(arrival) + wheel_.scatter_limit(),
            leaps_.leap_near(label.second),
            unlisted && label.second >= next_month(from) - before_end};
}

Timekeeper::Outcome Timekeeper::add_label(const Label& label, OscTime now) noexcept {
    forget_if_stale(label.arrival.osc);
    const Nanos offset = offset_of(label);
    const Nanos off = numbering_.later_than_usual(offset);
    const bool known = numbering_.knows_usual();
    const bool together = came_with_the_last(label);
    if (label.may_be_late && !known) return {numbering_.note_late(offset, 900ms)}; // a burst
    if (together && (!known || std::chrono::abs(off) > Numbering::near_usual)) {
        if (!known) numbering_ = last_->before; // the one before it was held up as well
        numbering_.note_late(offset, new_from);
        given_.agreed = false;
        last_->label = label;
        return {known ? Verdict::mismatch : Verdict::locking, off, 0, together};
    }
    const bool was_doubted = known && !numbering_.trusted();
    last_ = {label, numbering_};
    Outcome outcome{numbering_.add(offset, moment_of(label)), off, 0, together};
    const bool agrees = numbering_.trusted();
    const auto by = std::chrono::round<std::chrono::seconds>(-off);
    const bool whole = std::chrono::abs(off + by) <= Numbering::near_usual;
    if (agrees && was_doubted && whole) outcome.renumbered = by.count();
    if (agrees && was_doubted && !whole) delay_.reset(); // only pulses can tell how late they are
    if (outcome.verdict == Verdict::used) outcome.verdict = confirm(label, now);
    if (label.leap_second) outcome.verdict = show_leap(label, outcome.verdict);
    if (!agrees) given_.agreed = false;
    return outcome;
}

Verdict Timekeeper::confirm(const Label& label, OscTime now) noexcept {
    const std::int64_t count = tai_of(label) + *numbering_.k();
    const Nanos lag = now - label.arrival.osc;
    given_.lag = std::max(lag, given_.lag - (given_.lag - lag) / lag_smoothing);
    delay_ = numbering_.delay();
    given_.confirmed = count;
    given_.until = nameable_until(label);
    given_.agreed = true;
    for (const Pulse& pulse : pulses_)
        if (pulse.count == count) return pulse.usable ? Verdict::used : Verdict::late_edge;
    return Verdict::no_pulse;
}

// One that no list knows: what comes after it is a second later than K has it.
Verdict Timekeeper::show_leap(const Label& label, Verdict verdict) noexcept {
    const bool in_place =
        label.second == next_month(label.second - 1) && verdict != Verdict::mismatch;
    const bool again = label.second == given_.leap_shown;
    if (leaps_.known_at(label.second - 1) || !in_place || again) return Verdict::leap_second;
    given_.leap_shown = label.second;
    numbering_.leap(1);
    given_.done = std::max(given_.done, given_.confirmed); // :60 itself is never a sample
    given_.agreed = false;                                 // until the next label bears it out
    return Verdict::leap_second;
}

const Timekeeper::Pulse* Timekeeper::next_pulse() const noexcept {
    if (!may_hand_over()) return nullptr; // before that, nothing is confirmed
    const std::int64_t after = std::max(given_.done, given_.confirmed - 1);
    const Pulse* next = nullptr;
    for (const Pulse& pulse : pulses_) {
        if (pulse.count <= after) break;
        if (pulse.usable && pulse.count <= given_.until) next = &pulse;
    }
    return next;
}

// Beyond the end of a month that no list knows, a label has to say; and its last second may not be.
std::int64_t Timekeeper::nameable_until(const Label& label) const noexcept {
    const auto holdover = std::chrono::floor<std::chrono::seconds>(settings_.holdover).count();
    if (leaps_.knows_end_after(label.second)) return given_.confirmed + holdover;
    const std::int64_t left = next_month(label.second) - 2 - label.second;
    return given_.confirmed + std::clamp<std::int64_t>(left, 0, holdover);
}

OscTime Timekeeper::due(const Pulse& pulse) const noexcept {
    if (pulse.count == given_.confirmed) return pulse.stamp.osc;
    return pulse.stamp.osc + delay_.value_or(0ns) + patience + given_.lag;
}

std::optional<OscTime> Timekeeper::next_due() const noexcept {
    const Pulse* pulse = next_pulse();
    return pulse ? std::optional{due(*pulse)} : std::nullopt;
}

std::optional<LabelledPulse> Timekeeper::take(OscTime now) noexcept {
    while (const Pulse* pulse = next_pulse()) {
        if (due(*pulse) > now) return std::nullopt;
        given_.done = pulse->count;
        if (const auto second = leaps_.from_tai(pulse->count - *numbering_.k()))
            return LabelledPulse{*second, pulse->stamp.mono};
    }
    return std::nullopt;
}

void Timekeeper::set_leaps(LeapTable leaps) noexcept {
    const UtcSecond last = last_ ? last_->label.second : UtcSecond{};
    numbering_.leap(leaps_.to_tai(last) - leaps.to_tai(last)); // of nothing, if there was none
    leaps_ = std::move(leaps);
}

} // namespace ppsd::discipline
