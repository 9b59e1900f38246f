#include "hal/sim/virtual_world.hpp"

#include "sim/clock_model.hpp"
#include "sim/fault_schedule.hpp"
#include "sim/invisible.hpp"
#include "sim/ntp_daemon.hpp"
#include "sim/oscillator.hpp"
#include "sim/pulse_lesson.hpp"
#include "sim/pulse_line.hpp"
#include "sim/sentence_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace hal::sim {
namespace {

constexpr TrueTime never = TrueTime::from_ns(INT64_MAX);
constexpr MonoTime mono_at_start = MonoTime::from_ns(100'000'000'000);
// A second's edges and sentences are made this long before it.
constexpr Nanos ahead_of_second = 250ms;
// A change of rate by more makes the pulses look off the beat for a second or two.
constexpr double harmless_slew_ppm = 1000;

/// What it is at the start, on a machine whose clock is ahead by clock.ahead.
Nanos offset_at_start(const Scenario& scenario) {
    return std::chrono::seconds{Numbering{scenario.base}.before_leap(0).posix()} -
           (mono_at_start - MonoTime{}) + Nanos{scenario.base.ns(Key::clock_ahead)};
}

EdgeChoice edges_asked_for(const Scenario& scenario) {
    switch (scenario.base.word<EdgeOption>(Key::ppsd_edge)) {
    case EdgeOption::rising:
        return EdgeChoice::rising;
    case EdgeOption::falling:
        return EdgeChoice::falling;
    case EdgeOption::automatic:
        break;
    }
    return EdgeChoice::automatic;
}

} // namespace

class VirtualWorld::Parts {
  public:
    Parts(const Scenario& scenario, std::uint64_t seed, Level level)
        : faults_{scenario, Random{seed, 1}}, numbering_{scenario.base},
          oscillator_{mono_at_start, Random{seed, 2}}, pulses_{edges_asked_for(scenario),
                                                               Random{seed, 3}, Random{seed, 4}},
          sentences_{scenario, numbering_, level, seed},
          ntp_{scenario.base.word<NtpMode>(Key::ntp_mode), Random{seed, 5}}, clock_{offset_at_start(
                                                                                 scenario)},
          usual_delay_{scenario.base.ns(Key::nmea_delay)}, level_{level} {
        next_ntp_ =
            scenario.base.word<NtpMode>(Key::ntp_mode) == NtpMode::none ? never : TrueTime{};
    }

    [[nodiscard]] MonoTime next_at() const noexcept { return oscillator_.to_mono(next_true()); }
    [[nodiscard]] const Happening& take();
    [[nodiscard]] MonoTime stalled_until() const noexcept {
        return oscillator_.to_mono(stalled_until_);
    }

    ClockModel& clock() noexcept { return clock_; }
    Truth& truth() noexcept { return truth_; }
    [[nodiscard]] const InvisibleError& invisible() const noexcept { return invisible_; }
    [[nodiscard]] Nanos last_label_late() const noexcept {
        return *std::ranges::max_element(late_);
    }
    [[nodiscard]] bool pulses_told() const noexcept { return lesson_.learned(); }
    [[nodiscard]] std::int64_t last_time_lost() const noexcept { return last_time_lost_; }
    [[nodiscard]] std::int64_t last_disturbed_pulse() const noexcept {
        return last_disturbed_pulse_;
    }
    NtpDaemon& ntp() noexcept { return ntp_; }

  private:
    [[nodiscard]] TrueTime next_true() const noexcept {
        return std::min({faults_.next_change(), next_prepare_, next_begin_, next_ntp_, next_notice_,
                         next_edge_, next_words_});
    }
    void change_faults(TrueTime t);
    void lose_time();
    void prepare(TrueTime t);
    void begin_second();
    void let_ntp_act(TrueTime t);
    void step(TrueTime t, Nanos by);
    void sleep(TrueTime t, bool sleeps);
    void slew(TrueTime t);
    void take_edge();
    void take_words();
    void look_for_input() noexcept;
    [[nodiscard]] Nanos grace() const noexcept {
        return Nanos{faults_.parameters().ns(Key::grace)};
    }
    [[nodiscard]] const Parameters& now() const noexcept { return faults_.parameters(); }

    FaultSchedule faults_;
    Numbering numbering_;
    Oscillator oscillator_;
    PulseLine pulses_;
    SentenceLine sentences_;
    NtpDaemon ntp_;
    ClockModel clock_;
    Truth truth_;
    InvisibleError invisible_;
    Nanos usual_delay_; ///< of the sentences
    Level level_;

    std::int64_t index_ = 0;      ///< the second that is prepared next
    std::array<Nanos, 4> late_{}; ///< labels: one is handed over up to 3 s after its second
    double daemon_slew_ppm_ = 0;
    double other_slew_ppm_ = 0;
    double slew_ppm_ = 0;
    PulseLesson lesson_;
    std::int64_t last_time_lost_ = -1;
    std::int64_t last_disturbed_pulse_ = -1;
    TrueTime next_prepare_;
    TrueTime next_begin_ = never;
    TrueTime next_ntp_;
    TrueTime next_notice_ = never; ///< of a step
    TrueTime next_edge_ = never;
    TrueTime woken_; ///< for the last edge
    TrueTime next_words_ = never;
    std::optional<TrueTime> asleep_since_;
    struct {
        TrueTime from = never;
        TrueTime until = never;
    } slept_; ///< last
    TrueTime stalled_until_ = TrueTime::from_ns(0);
    Happening happening_;
};

// In the order of what depends on what, where two things happen at once; edges before words, as the
// daemon reads them at the same wake-up.
const Happening& VirtualWorld::Parts::take() {
    const TrueTime t = next_true();
    happening_.kind = Happening::Kind::nothing;
    happening_.when = oscillator_.to_mono(t);
    happening_.raw_minus_mono = oscillator_.to_raw(t) - (happening_.when - MonoTime{});
    clock_.set_now(happening_.when);
    if (t == faults_.next_change())
        change_faults(t);
    else if (t == next_prepare_)
        prepare(t);
    else if (t == next_begin_)
        begin_second();
    else if (t == next_ntp_)
        let_ntp_act(t);
    else if (t == next_notice_) {
        next_notice_ = never; // asleep nobody is told; waking up is a step of its own
        if (!asleep_since_) happening_.kind = Happening::Kind::clock_step;
    } else if (t == next_edge_)
        take_edge();
    else
        take_words();
    return happening_;
}

void VirtualWorld::Parts::change_faults(TrueTime t) {
    if (faults_.any_active()) truth_.disturb(t, grace());
    faults_.advance(t);
    if (faults_.any_active()) truth_.disturb(t, grace());
    if (const double s = faults_.take_impulse(Key::clock_step); s != 0)
        step(t, Nanos{static_cast<std::int64_t>(s * 1e9)});
    if (const double s = faults_.take_impulse(Key::clock_step_inside); s != 0)
        clock_.step_inside(Nanos{static_cast<std::int64_t>(s * 1e9)});
    clock_.synchronise(now().is_on(Key::clock_synchronised));
    other_slew_ppm_ = now()[Key::clock_slew];
    slew(t);
    if (now().is_on(Key::daemon_stall))
        stalled_until_ = std::max(stalled_until_, faults_.next_change());
    if (now().is_on(Key::machine_sleep) != asleep_since_.has_value())
        sleep(t, now().is_on(Key::machine_sleep));
    look_for_input();
}

// While it sleeps nothing reaches it, and when it wakes up the kernel says that the clock was set.
void VirtualWorld::Parts::sleep(TrueTime t, bool sleeps) {
    constexpr Nanos until_noticed = 100us;
    oscillator_.sleep(t, sleeps);
    if (sleeps) {
        asleep_since_ = t;
        return;
    }
    const Nanos length = t - *asleep_since_;
    slept_ = {*std::exchange(asleep_since_, std::nullopt), t};
    woken_ = std::max(woken_, t); // what was stamped before is read now
    truth_.woke(t, oscillator_.to_mono(t), length);
    lose_time();
    clock_.sleep(length);
    happening_.kind = Happening::Kind::slept;
    happening_.slept = length;
    next_notice_ = t + until_noticed;
}

void VirtualWorld::Parts::lose_time() {
    last_time_lost_ = index_ - 1;
    invisible_.lose_time(last_time_lost_);
}

void VirtualWorld::Parts::prepare(TrueTime t) {
    truth_.announce(index_, numbering_.at(index_));
    if (faults_.any_active()) truth_.disturb(t, grace());
    const auto pulse = pulses_.prepare(index_, now(), Receiver::has_fix(index_, now()));
    const auto words = sentences_.prepare(index_, now());
    if (pulse.disturbed || words.disturbed) truth_.disturb(t, grace());
    if (pulse.disturbed || stalled_until_ > t) last_disturbed_pulse_ = index_;
    if (pulse.late) truth_.excuse(index_);
    const bool pulses = now().word<Pulses>(Key::pps_pulses) != Pulses::never;
    if (words.names) {
        std::ranges::rotate(late_, late_.begin() + 1);
        late_.back() = words.delay - usual_delay_;
        const auto late = InvisibleError::seconds_late(words.delay, now());
        const Nanos behind = words.delay - Nanos{now().ns(Key::nmea_delay)};
        const auto later = std::chrono::round<std::chrono::seconds>(behind).count();
        invisible_.note({index_, numbering_.at(index_), numbering_.at(index_ + late), late,
                         numbering_.at(index_ + later), later, words.label, words.slipped,
                         !words.disturbed, words.may_be_lost,
                         (pulses && pulse.disturbed) || stalled_until_ > t},
                        now());
    }
    const bool listens = stalled_until_ <= t && !asleep_since_;
    const bool as_usual = listens && std::abs(slew_ppm_) <= harmless_slew_ppm;
    lesson_.note(
        {as_usual && !pulse.disturbed, pulse.silent, listens && words.names && !words.disturbed},
        now());
    const bool surprise = index_ == numbering_.leap_index() &&
                          now().word<LeapList>(Key::ppsd_leap_list) == LeapList::missing;
    if (surprise) truth_.disturb(t, grace());
    next_begin_ = begin_of_index(index_++);
    next_prepare_ = begin_of_index(index_) - ahead_of_second;
    look_for_input();
}

void VirtualWorld::Parts::begin_second() {
    oscillator_.advance(next_begin_, now());
    if (std::abs(slew_ppm_) > harmless_slew_ppm) lose_time();
    truth_.begin(index_ - 1, oscillator_.to_mono(next_begin_));
    if (clock_.will_step_inside()) truth_.excuse(index_ - 1);
    next_begin_ = never;
    happening_.kind = Happening::Kind::second;
}

void VirtualWorld::Parts::let_ntp_act(TrueTime t) {
    const auto action = ntp_.act(t, now());
    next_ntp_ = ntp_.next();
    if (action.step != 0ns) step(t, action.step);
    daemon_slew_ppm_ = action.slew_ppm;
    slew(t);
}

void VirtualWorld::Parts::step(TrueTime t, Nanos by) {
    constexpr Nanos until_noticed = 100us;
    clock_.step(by);
    truth_.excuse(truth_.current());
    truth_.excuse(truth_.current() + 1);
    next_notice_ = std::max(t + until_noticed, stalled_until_);
}

void VirtualWorld::Parts::slew(TrueTime t) {
    // One clock has one rate, whoever sets it: chronyd's limit is the most.
    constexpr double fastest = 83'333;
    const double ppm = std::clamp(daemon_slew_ppm_ + other_slew_ppm_, -fastest, fastest);
    if (ppm == slew_ppm_) return;
    // A smaller change looks like edges that come late, until it has lasted for some seconds: five
    // are the most that the daemon may starve for.
    constexpr std::int64_t until_believed = 5;
    if (std::abs(ppm - slew_ppm_) > harmless_slew_ppm) truth_.disturb(t, grace());
    for (std::int64_t i = 1; i <= until_believed; ++i)
        truth_.excuse(truth_.current() + i);
    slew_ppm_ = ppm;
    oscillator_.slew(t, ppm);
}

void VirtualWorld::Parts::take_edge() {
    const auto& edge = *pulses_.next();
    woken_ = next_edge_; // one that comes soon after is read no earlier
    happening_.kind = Happening::Kind::edge;
    happening_.edge = {oscillator_.to_mono(edge.stamp), edge.polarity, {}};
    const bool nobody_stamped = edge.stamp >= slept_.from && edge.stamp < slept_.until;
    if (asleep_since_ || nobody_stamped) happening_.kind = Happening::Kind::nothing;
    pulses_.pop();
    look_for_input();
}

void VirtualWorld::Parts::take_words() {
    if (level_ == Level::wire) {
        happening_.kind = Happening::Kind::bytes;
        happening_.bytes = sentences_.take_bytes(now());
    } else {
        const auto label = sentences_.take_label();
        const bool fix = label.saying.certainty == Certainty::fix;
        happening_.kind = fix ? Happening::Kind::label : Happening::Kind::no_fix;
        happening_.second = label.saying.second;
        happening_.arrival = oscillator_.to_mono(label.arrival);
    }
    if (asleep_since_) happening_.kind = Happening::Kind::nothing;
    look_for_input();
}

void VirtualWorld::Parts::look_for_input() noexcept {
    const auto* edge = pulses_.next();
    const bool has_to_wait = edge && asleep_since_ && edge->stamp < *asleep_since_;
    next_edge_ = edge && !has_to_wait ? std::max({edge->wake, stalled_until_, woken_}) : never;
    next_words_ = std::max(sentences_.next(), stalled_until_);
}

VirtualWorld::VirtualWorld(const Scenario& scenario, std::uint64_t seed, Level level)
    : parts_{std::make_unique<Parts>(scenario, seed, level)} {}
VirtualWorld::~VirtualWorld() = default;

MonoTime VirtualWorld::next_at() const noexcept {
    return parts_->next_at();
}
const Happening& VirtualWorld::take() {
    return parts_->take();
}
Clock& VirtualWorld::clock() noexcept {
    return parts_->clock();
}
void VirtualWorld::set_now(MonoTime t) noexcept {
    parts_->clock().set_now(t);
}
MonoTime VirtualWorld::stalled_until() const noexcept {
    return parts_->stalled_until();
}
Truth& VirtualWorld::truth() noexcept {
    return parts_->truth();
}
Nanos VirtualWorld::real_minus_mono() const noexcept {
    return parts_->clock().real_minus_mono();
}
std::int64_t VirtualWorld::invisible_error() const noexcept {
    return parts_->invisible().error();
}
std::int64_t VirtualWorld::invisible_error_before() const noexcept {
    return parts_->invisible().error_before();
}
std::int64_t VirtualWorld::invisible_error_unlearned() const noexcept {
    return parts_->invisible().error_unlearned();
}
std::int64_t VirtualWorld::invisible_error_at_start() const noexcept {
    return parts_->invisible().error_at_start();
}
std::int64_t VirtualWorld::invisible_error_at_start_before() const noexcept {
    return parts_->invisible().error_at_start_before();
}
bool VirtualWorld::contradicted(std::int64_t error) const noexcept {
    return parts_->invisible().contradicted(error, parts_->truth().current());
}
Nanos VirtualWorld::last_label_late() const noexcept {
    return parts_->last_label_late();
}
bool VirtualWorld::pulses_told() const noexcept {
    return parts_->pulses_told();
}
std::int64_t VirtualWorld::last_time_lost() const noexcept {
    return parts_->last_time_lost();
}
std::int64_t VirtualWorld::last_disturbed_pulse() const noexcept {
    return parts_->last_disturbed_pulse();
}
std::int64_t VirtualWorld::first_fix() const noexcept {
    return parts_->invisible().first_label();
}
void VirtualWorld::take_sample(Nanos ahead) noexcept {
    parts_->ntp().take_sample(ahead);
}

} // namespace hal::sim
