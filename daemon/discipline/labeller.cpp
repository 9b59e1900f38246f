#include "daemon/discipline/labeller.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr Nanos tolerance = 400ms; // of a label's arrival about the learned delay
constexpr int mismatch_limit = 3;
constexpr Nanos smallest_margin = 10ms;
constexpr int labels_to_be_wary = 60;
constexpr Nanos half_second = 500ms;
// Without a hint a label names the last pulse before it: delays from 0 to 1 s.
constexpr Nanos middle_of_a_second = 500ms;
// How early a label may be against its learned delay before its pulse is looked for.
constexpr Nanos early = 100ms;
constexpr int delay_smoothing = 16;
constexpr Nanos largest_lesson = 50ms;

constexpr Nanos magnitude(Nanos d) { return d < 0ns ? -d : d; }

// Leap seconds come at the end of a UTC month, so K is not known beyond one without a label.
bool crosses_month_end(UtcSecond from, UtcSecond to) {
    const auto month = [](UtcSecond t) {
        const std::chrono::sys_seconds when{std::chrono::seconds{t.posix()}};
        return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(when)}.month();
    };
    return month(from) != month(to);
}

} // namespace

bool Labeller::add_pulse(Pulse pulse, bool restarted) noexcept {
    const bool lost = restarted && lose_pulses();
    pulses_.add(pulse);
    return lost;
}

bool Labeller::lose_pulses() noexcept {
    const bool was_locked = locked_;
    unlock();
    pulses_.clear();
    return was_locked;
}

void Labeller::unlock() noexcept {
    locked_ = false;
    holdover_allowed_ = false;
    agreeing_ = 0;
    mismatches_ = 0;
}

Nanos Labeller::centre() const noexcept { return settings_.nmea_delay.value_or(middle_of_a_second); }

MonoTime Labeller::judge_at(const Label& label) const noexcept {
    if (locked_) return label.arrival - delay_ + early;
    return settings_.nmea_delay ? label.arrival - centre() + half_second : label.arrival;
}

Labeller::Outcome Labeller::add_label(const Label& label, MonoTime now) noexcept {
    return locked_ ? confirm(label, now) : search(label, now);
}

Labeller::Outcome Labeller::search(const Label& label, MonoTime now) noexcept {
    RecentPulses::Entry* named = pulses_.last_until(label.arrival - centre() + half_second);
    const Nanos delay = named ? label.arrival - named->pulse.time : 0ns;
    if (!named || delay >= centre() + half_second || label.leap_second) {
        agreeing_ = 0;
        return {label.leap_second ? Verdict::leap_second : Verdict::no_pulse, {}, delay};
    }
    agree(label.second.posix() - named->pulse.ordinal, delay);
    if (wary_ > 0) return {Verdict::straddling, {}, delay};
    if (agreeing_ < settings_.lock_count) return {Verdict::locking, {}, delay};
    if (straddling()) return {Verdict::straddling, {}, delay};
    named->labelled = true;
    confirmed_ = named->pulse;
    lock(now, label);
    return {Verdict::used, LabelledPulse{label.second, named->pulse.time}, delay, true};
}

void Labeller::agree(std::int64_t k, Nanos delay) noexcept {
    wary_ = std::max(0, wary_ - 1);
    if (agreeing_ > 0 && k != k_) {
        if (k - k_ == 1 || k_ - k == 1) wary_ = labels_to_be_wary;
        agreeing_ = 0;
    }
    k_ = k;
    delays_[static_cast<std::size_t>(agreeing_ % window)] = delay;
    ++agreeing_;
}

// Delays that come nearer to the limits than they differ from each other may cross them next.
bool Labeller::straddling() const noexcept {
    const auto known = std::min(agreeing_, window);
    const auto [low, high] = std::minmax_element(delays_.begin(), delays_.begin() + known);
    const Nanos margin = std::max(smallest_margin, *high - *low);
    return *low - (centre() - half_second) < margin || centre() + half_second - *high < margin;
}

void Labeller::lock(MonoTime now, const Label& label) noexcept {
    const auto known = std::min(agreeing_, window);
    const auto middle = delays_.begin() + known / 2;
    std::nth_element(delays_.begin(), middle, delays_.begin() + known);
    delay_ = *middle;
    lag_ = now - label.arrival;
    locked_ = true;
    holdover_allowed_ = true;
    mismatches_ = 0;
}

Labeller::Outcome Labeller::confirm(const Label& label, MonoTime now) noexcept {
    RecentPulses::Entry* named = pulses_.find(label.second.posix() - k_);
    const Nanos delay = named ? label.arrival - named->pulse.time : 0ns;
    if (!named || named->labelled || magnitude(delay - delay_) > tolerance) return mismatch(delay);
    named->labelled = true;
    confirmed_ = named->pulse;
    holdover_allowed_ = true;
    mismatches_ = 0;
    learn(delay, now - label.arrival);
    if (label.leap_second) {
        --k_; // the second after :60 is the same POSIX second, one pulse later
        return {Verdict::leap_second, {}, delay};
    }
    return {Verdict::used, LabelledPulse{label.second, named->pulse.time}, delay};
}

Labeller::Outcome Labeller::mismatch(Nanos delay) noexcept {
    holdover_allowed_ = false;
    if (++mismatches_ < mismatch_limit) return {Verdict::mismatch, {}, delay};
    unlock();
    return {Verdict::mismatch, {}, delay, false, true};
}

void Labeller::learn(Nanos delay, Nanos lag) noexcept {
    delay_ += std::clamp(delay - delay_, -largest_lesson, largest_lesson) / delay_smoothing;
    lag_ = std::max(lag, lag_ - (lag_ - lag) / delay_smoothing);
}

const RecentPulses::Entry* Labeller::overdue_pulse() const noexcept {
    if (!locked_ || !holdover_allowed_) return nullptr;
    const auto* next = pulses_.first_unlabelled_after(confirmed_.ordinal);
    if (!next || next->pulse.time - confirmed_.time > settings_.holdover) return nullptr;
    const auto confirmed_second = UtcSecond::from_posix(confirmed_.ordinal + k_);
    const auto second = UtcSecond::from_posix(next->pulse.ordinal + k_);
    return crosses_month_end(confirmed_second, second) ? nullptr : next;
}

std::optional<MonoTime> Labeller::next_overdue() const noexcept {
    const auto* next = overdue_pulse();
    if (!next) return std::nullopt;
    return next->pulse.time + delay_ + tolerance + lag_;
}

std::optional<LabelledPulse> Labeller::take_overdue(MonoTime now) noexcept {
    const auto due = next_overdue();
    if (!due || *due > now) return std::nullopt;
    const Pulse pulse = overdue_pulse()->pulse;
    pulses_.mark_labelled(pulse.ordinal);
    return LabelledPulse{UtcSecond::from_posix(pulse.ordinal + k_), pulse.time};
}

std::optional<Nanos> Labeller::delay() const noexcept {
    if (!locked_) return std::nullopt;
    return delay_;
}

} // namespace ppsd::discipline
