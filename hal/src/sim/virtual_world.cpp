#include "hal/sim/virtual_world.hpp"

#include "edge_poll.hpp"
#include "sim/claims.hpp"
#include "sim/clock_model.hpp"
#include "sim/fault_schedule.hpp"
#include "sim/line_poller.hpp"
#include "sim/ntp_daemon.hpp"
#include "sim/oscillator.hpp"
#include "sim/pulse_line.hpp"
#include "sim/sentence_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace hal::sim {
namespace {

constexpr MonoTime mono_at_start = MonoTime::from_ns(100'000'000'000);
// A second's edges and sentences are made this long before it.
constexpr Nanos ahead_of_second = 250ms;
// Without a label and a pulse for longer, a daemon may have forgotten the time.
constexpr Nanos memory = 3600s;
// A daemon that has heard so many undisturbed pulses in a row, with their labels, knows by how much
// the sentences are late, if it can tell which edge leads, and which pulse each label is for.
constexpr int pulses_that_teach = 12;
// Where an awaited edge may come, by an interrupt.
constexpr Nanos most_early = 2ms, most_late = EdgePoll::interrupt_patience;

/// A label so near a pulse may be for that one or for the one before, to who learns its delay.
bool near_a_pulse(Nanos delay, const Parameters& parameters) noexcept {
    constexpr double ns = 1e-9;
    constexpr double least = 0.02;   // s
    constexpr double deviations = 8; // a dozen labels show how they scatter no better than that
    constexpr double pulse_deviations = 10;
    const double margin = std::max(least, deviations * parameters["nmea.delay-jitter"]) +
                          pulse_deviations * parameters["pps.jitter"] * ns;
    const Nanos since = delay - std::chrono::floor<std::chrono::seconds>(delay);
    const double after = static_cast<double>(since.count()) * ns;
    return after < margin || 1 - after < margin;
}

/// What it is at the start, on a machine whose clock is ahead by clock.ahead.
Nanos offset_at_start(const Scenario& scenario) {
    return std::chrono::seconds{Numbering{scenario.base}.before_leap(0).posix()} -
           (mono_at_start - MonoTime{}) + Nanos{scenario.base.ns("clock.ahead")};
}

} // namespace

// More than ten members: the world's parts, and when each of them has something next.
class VirtualWorld::Parts {
  public:
    Parts(const Scenario& scenario, std::uint64_t seed, Level level)
        : faults_{scenario, Random{seed, 1}}, numbering_{scenario.base},
          oscillator_{mono_at_start, Random{seed, 2}}, pulses_{edges_asked_for(scenario.base),
                                                               Random{seed, 3}, Random{seed, 4}},
          poller_{Random{seed, 6}}, sentences_{scenario, numbering_, level, seed},
          ntp_{scenario.base.word<NtpMode>("ntp.mode"), Random{seed, 5}},
          clock_{offset_at_start(scenario), oscillator_}, claims_{scenario.base},
          scenario_{scenario}, usual_delay_{scenario.base.ns("nmea.delay")}, level_{level},
          shows_edges_{shows_edges(scenario.base)} {
        next_ntp_ = scenario.base.word<NtpMode>("ntp.mode") == NtpMode::none ? never : TrueTime{};
        look_ahead();
    }

    [[nodiscard]] MonoTime next_at() const noexcept { return next_at_; }
    [[nodiscard]] const Happening& take();
    [[nodiscard]] MonoTime stalled_until() const noexcept {
        return oscillator_.to_mono(stalled_until_);
    }

    ClockModel& clock() noexcept { return clock_; }
    Truth& truth() noexcept { return truth_; }
    [[nodiscard]] Invisible invisible(std::int64_t error) const noexcept;
    [[nodiscard]] std::int64_t first_fix() const noexcept { return first_fix_; }
    [[nodiscard]] Nanos last_label_late() const noexcept {
        return *std::ranges::max_element(late_);
    }
    [[nodiscard]] bool pulses_told() const noexcept { return in_a_row_ >= pulses_that_teach; }
    NtpDaemon& ntp() noexcept { return ntp_; }
    void await(const std::optional<AwaitedEdge>& edge) noexcept;

  private:
    void look_ahead() noexcept {
        next_ = std::min({faults_.next_change(), next_prepare_, next_begin_, next_ntp_,
                          next_notice_, next_edge_, next_words_, awaited_.over});
        next_at_ = oscillator_.to_mono(next_);
    }
    void let_happen(TrueTime t);
    void change_faults(TrueTime t);
    void prepare(TrueTime t);
    void begin_second();
    void let_ntp_act(TrueTime t);
    void step(TrueTime t, Nanos by);
    void sleep(TrueTime t, bool sleeps);
    void slew(TrueTime t);
    void take_edge();
    [[nodiscard]] bool asks_for_interrupts() const;
    [[nodiscard]] bool is_awaited(const PulseLine::Edge& edge) const;
    void end_polling_at(TrueTime ended);
    void end_awaiting();
    [[nodiscard]] PulseEdge stamp(const PulseLine::Edge& edge, Stamping stamping);
    void excuse_if_late(const PulseLine::Edge& edge) noexcept;
    void take_words();
    void take_bytes();
    void take_label();
    void hear_the_rest(TrueTime woken);
    void hear(const Told& told, Nanos delay);
    void hear_inserted();
    /// A label or a pulse reaches the daemon.
    void receive(TrueTime t);
    void look_for_input() noexcept;
    [[nodiscard]] Nanos grace() const noexcept { return Nanos{faults_.parameters().ns("grace")}; }
    [[nodiscard]] const Parameters& now() const noexcept { return faults_.parameters(); }

    FaultSchedule faults_;
    Numbering numbering_;
    Oscillator oscillator_;
    PulseLine pulses_;
    LinePoller poller_;
    SentenceLine sentences_;
    NtpDaemon ntp_;
    ClockModel clock_;
    Truth truth_;
    ClaimsByReading claims_; ///< since power on
    std::optional<ClaimsByReading>
        anew_; ///< since a daemon last had to forget everything, if it had
    const Scenario& scenario_;
    Nanos usual_delay_; ///< of the sentences
    Level level_;

    bool shows_edges_;

    std::int64_t index_ = 0; ///< the second that is prepared next
    std::int64_t first_fix_ = -1;
    int in_a_row_ = 0;            ///< undisturbed pulses with their labels, until enough came
    std::array<Nanos, 4> late_{}; ///< labels: one is handed over up to 3 s after its second
    TrueTime received_;           ///< the last pulse or label
    double daemon_slew_ppm_ = 0;
    double other_slew_ppm_ = 0;
    double slew_ppm_ = 0;
    TrueTime next_prepare_;
    TrueTime next_begin_ = never;
    TrueTime next_ntp_;
    TrueTime next_notice_ = never; ///< of a step
    TrueTime next_edge_ = never;
    TrueTime woken_; ///< for the last edge
    TrueTime next_words_ = never;
    TrueTime next_;    ///< the first of these,
    MonoTime next_at_; ///< as the daemon's clock has it: asked for more often than it changes
    std::optional<TrueTime> asleep_since_;
    std::optional<Told> missed_; ///< the last that was said while it slept
    UtcSecond said_;             ///< by the last label
    struct {
        TrueTime from = never;
        TrueTime until = never;
    } slept_; ///< last
    TrueTime stalled_until_ = TrueTime::from_ns(0);
    struct {
        std::optional<AwaitedEdge> edge;
        TrueTime over = never;                  ///< when it is given up
        std::optional<PulseLine::Edge> stamped; ///< by an interrupt
        bool not_found = false;                 ///< by polling
        Nanos late{0};                          ///< by so much the poller woke up late
    } awaited_;
    bool polled_ = false; ///< an edge was, since power on
    Happening happening_;
};

const Happening& VirtualWorld::Parts::take() {
    happening_.when = next_at_;
    happening_.input.reset();
    happening_.second = happening_.missed = false;
    clock_.set_now(happening_.when);
    let_happen(next_);
    look_ahead();
    return happening_;
}

// In the order of what depends on what, where two things happen at once; edges before words, as the
// daemon reads them at the same wake-up.
void VirtualWorld::Parts::let_happen(TrueTime t) {
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
        if (!asleep_since_) happening_.input = ClockStep{happening_.when};
    } else if (t == awaited_.over)
        end_awaiting();
    else if (t == next_edge_)
        take_edge();
    else
        take_words();
}

void VirtualWorld::Parts::change_faults(TrueTime t) {
    if (faults_.any_active()) truth_.disturb(t, grace());
    faults_.advance(t);
    if (faults_.any_active()) truth_.disturb(t, grace());
    if (const double s = faults_.take_impulse("clock.step"); s != 0)
        step(t, Nanos{static_cast<std::int64_t>(s * 1e9)});
    if (const double s = faults_.take_impulse("clock.step-inside"); s != 0)
        clock_.step_inside(Nanos{static_cast<std::int64_t>(s * 1e9)});
    clock_.synchronise(now().is_on("clock.synchronised"));
    other_slew_ppm_ = now()["clock.slew"];
    slew(t);
    if (now().is_on("daemon.stall"))
        stalled_until_ = std::max(stalled_until_, faults_.next_change());
    if (now().is_on("machine.sleep") != asleep_since_.has_value())
        sleep(t, now().is_on("machine.sleep"));
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
    anew_.emplace(scenario_.base);
    hear_the_rest(t);
    clock_.sleep(length);
    happening_.input = hal::Slept{happening_.when, length};
    next_notice_ = t + until_noticed;
}

void VirtualWorld::Parts::prepare(TrueTime t) {
    truth_.announce(index_, numbering_.at(index_));
    if (faults_.any_active()) truth_.disturb(t, grace());
    const auto pulse = pulses_.prepare(index_, now(), Receiver::has_fix(index_, now()));
    const auto words = sentences_.prepare(index_, now());
    if (pulse.disturbed || words.disturbed) truth_.disturb(t, grace());
    if (pulse.late) truth_.excuse(index_);
    if (pulse.arrives && !asleep_since_) receive(begin_of_index(index_));
    if (words.names && first_fix_ < 0) first_fix_ = index_;
    const bool heard = stalled_until_ <= t && !asleep_since_ && words.names && !words.disturbed;
    if (!pulses_told()) in_a_row_ = heard && shows_edges_ && !pulse.disturbed ? in_a_row_ + 1 : 0;
    const bool surprise = index_ == numbering_.leap_index() &&
                          now().word<LeapList>("ppsd.leap-list") == LeapList::missing;
    if (surprise) truth_.disturb(t, grace());
    next_begin_ = begin_of_index(index_++);
    next_prepare_ = begin_of_index(index_) - ahead_of_second;
    look_for_input();
}

void VirtualWorld::Parts::begin_second() {
    oscillator_.advance(next_begin_, now());
    truth_.begin(index_ - 1, oscillator_.to_mono(next_begin_));
    if (clock_.will_step_inside()) truth_.excuse(index_ - 1);
    next_begin_ = never;
    happening_.second = true;
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
    slew_ppm_ = ppm;
    oscillator_.slew(t, ppm);
}

void VirtualWorld::Parts::take_edge() {
    const auto& edge = *pulses_.next();
    woken_ = next_edge_; // one that comes soon after is read no earlier
    const bool nobody_stamped = edge.stamp >= slept_.from && edge.stamp < slept_.until;
    if (!asleep_since_ && !nobody_stamped && (!awaited_.edge || is_awaited(edge))) {
        const bool awaited = awaited_.edge.has_value();
        if (awaited) awaited_.stamped = edge;
        if (!awaited || !awaited_.edge->polled())
            happening_.input = stamp(edge, awaited ? Stamping::awaited : Stamping::interrupt);
    }
    pulses_.pop();
    look_for_input();
}

PulseEdge VirtualWorld::Parts::stamp(const PulseLine::Edge& edge, Stamping stamping) {
    if (polled_) excuse_if_late(edge);
    PulseEdge input{oscillator_.to_mono(edge.stamp), edge.polarity, {}};
    input.stamping = stamping;
    return input;
}

// After polled edges one by an interrupt is late from 5 us on: as many as it varies by are taken
// for what any board's does.
void VirtualWorld::Parts::excuse_if_late(const PulseLine::Edge& edge) noexcept {
    constexpr double any_boards = 5000;
    const double late = static_cast<double>((edge.stamp - edge.at).count());
    const double usual = now()["latency.least"] + now()["latency.usual"];
    if (late - usual > any_boards) truth_.excuse(truth_.current());
}

void VirtualWorld::Parts::await(const std::optional<AwaitedEdge>& edge) noexcept {
    awaited_ = {edge, never, {}, false, 0ns};
    const bool polled = edge && edge->polled();
    polled_ = polled_ || polled;
    if (edge) awaited_.over = oscillator_.to_true(edge->due + most_late);
    if (polled) {
        awaited_.late = poller_.late(now());
        end_polling_at(oscillator_.to_true(edge->due + edge->window));
    }
    awaited_.over = std::max(awaited_.over, stalled_until_);
    look_ahead();
}

// The poller ends then, or as late as it wakes up; the event loop waits no longer than it does.
void VirtualWorld::Parts::end_polling_at(TrueTime ended) {
    const auto& edge = *awaited_.edge;
    awaited_.over =
        std::min(std::max(ended, oscillator_.to_true(edge.due - edge.window) + awaited_.late),
                 oscillator_.to_true(edge.due + EdgePoll::last_patience));
}

bool VirtualWorld::Parts::asks_for_interrupts() const {
    return awaited_.edge->by != AwaitedBy::polling ||
           now().word<PollInterrupts>("poll.interrupts") != PollInterrupts::off;
}

// An awaited edge that the kernel stamps, once.
bool VirtualWorld::Parts::is_awaited(const PulseLine::Edge& edge) const {
    const Nanos after = edge.stamp - oscillator_.to_true(awaited_.edge->due);
    return asks_for_interrupts() && !awaited_.stamped && edge.polarity == awaited_.edge->polarity &&
           after >= -most_early && after <= most_late;
}

// The window is over, or the patience with an interrupt.
void VirtualWorld::Parts::end_awaiting() {
    // What the kernel has is looked at first.
    while (!asleep_since_ && pulses_.next() != nullptr && pulses_.next()->stamp <= awaited_.over)
        take_edge();
    const auto [due, window, polarity, by] = *awaited_.edge;
    awaited_.over = never;
    if (by == AwaitedBy::interrupt) {
        happening_.missed = !awaited_.stamped;
        return;
    }
    const TrueTime from = oscillator_.to_true(due - window) + awaited_.late;
    const auto* edge = pulses_.find(from, oscillator_.to_true(due + window), polarity);
    if (edge == nullptr && !std::exchange(awaited_.not_found, true)) {
        end_polling_at(oscillator_.to_true(due + EdgePoll::stamp_patience));
        awaited_.over = std::max(awaited_.over, stalled_until_);
        return;
    }
    happening_.missed = edge == nullptr || asleep_since_;
    if (happening_.missed) {
        if (awaited_.stamped && !asleep_since_)
            happening_.input = stamp(*awaited_.stamped, Stamping::stand_in);
        else if (poller_.disturbed())
            truth_.excuse(truth_.current());
        return;
    }
    const auto [begin, end] = poller_.see(edge->at, now());
    if (poller_.disturbed()) truth_.excuse(truth_.current());
    PulseEdge input{oscillator_.to_mono(begin + (end - begin) / 2), polarity, {}};
    input.stamping = Stamping::polled;
    input.bound = (end - begin) / 2;
    if (awaited_.stamped) input.interrupt = oscillator_.to_mono(awaited_.stamped->stamp);
    happening_.input = input;
}

void VirtualWorld::Parts::take_words() {
    if (level_ == Level::wire)
        take_bytes();
    else
        take_label();
    if (asleep_since_) happening_.input.reset();
    look_for_input();
}

void VirtualWorld::Parts::take_bytes() {
    const TrueTime t = next_words_;
    const bool held_up = t > sentences_.next();
    happening_.input = ByteChunk{sentences_.take_bytes(now()), happening_.when};
    const Told* told = sentences_.told();
    if (!told) return;
    Told heard = *told;
    heard.unspoilt = heard.unspoilt && !held_up;
    hear(heard, t - begin_of_index(told->index) - told->fraction);
}

void VirtualWorld::Parts::take_label() {
    const auto label = sentences_.take_label();
    // Its first bytes are lost, or their time is: nobody was awake.
    if (slept_.until != never && label.arrival < slept_.until) return;
    const bool fix = label.saying.certainty == Certainty::fix;
    const TrueSecond& second = label.saying.second;
    happening_.input = SimulatedLabel{happening_.when,
                                      fix,
                                      second.posix,
                                      second.leap_second,
                                      {OscTime::from_ns(oscillator_.to_raw(label.arrival).count()),
                                       oscillator_.to_mono(label.arrival)}};
    if (fix) hear(label.told, label.arrival - begin_of_index(label.told.index));
}

// Of a burst that it woke up in, the rest may make a label.
void VirtualWorld::Parts::hear_the_rest(TrueTime woken) {
    if (!missed_) return;
    const Nanos longest_burst = 2s + Nanos{now().ns("nmea.late-by")};
    missed_->unspoilt = false;
    missed_->may_be_lost = true;
    const Nanos delay = woken - begin_of_index(missed_->index) - missed_->fraction;
    if (delay < longest_burst) hear(*missed_, delay);
    missed_.reset();
}

void VirtualWorld::Parts::hear(const Told& told, Nanos delay) {
    if (told.inserted) return hear_inserted();
    if (asleep_since_) {
        missed_ = told;
        return;
    }
    receive(begin_of_index(told.index) + delay);
    std::ranges::rotate(late_, late_.begin() + 1);
    // On the wire, what names the second before comes a second late.
    const bool before = told.said == numbering_.at(told.index).posix - 1;
    late_.back() = delay - usual_delay_ + (before ? 1s : 0s);
    if (!pulses_told() && near_a_pulse(delay, now())) in_a_row_ = 0;
    const bool whole = told.fraction == 0ns;
    const bool again = told.said == std::exchange(said_, told.said); // or is it that one, late?
    const Claims::Label label{
        {}, told.unspoilt && whole, told.may_be_lost || !whole || again, told.index, whole};
    const auto readings = readings_of(numbering_, told.index, told.said, delay, now());
    claims_.note(label, readings, truth_.current());
    if (anew_) anew_->note(label, readings, truth_.current());
}

void VirtualWorld::Parts::hear_inserted() {
    if (asleep_since_) return;
    claims_.note_inserted(truth_.current());
    if (anew_) anew_->note_inserted(truth_.current());
}

void VirtualWorld::Parts::receive(TrueTime t) {
    if (t - received_ > memory) anew_.emplace(scenario_.base);
    received_ = std::max(received_, t);
}

Invisible VirtualWorld::Parts::invisible(std::int64_t error) const noexcept {
    const std::int64_t now = truth_.current();
    if (claims_.invisible(error, now)) return Invisible::yes;
    return anew_ && anew_->invisible(error, now) ? Invisible::anew : Invisible::no;
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
void VirtualWorld::await(const std::optional<AwaitedEdge>& edge) noexcept {
    parts_->await(edge);
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
Invisible VirtualWorld::invisible(std::int64_t error) const noexcept {
    return parts_->invisible(error);
}
Nanos VirtualWorld::last_label_late() const noexcept {
    return parts_->last_label_late();
}
bool VirtualWorld::pulses_told() const noexcept {
    return parts_->pulses_told();
}
std::int64_t VirtualWorld::first_fix() const noexcept {
    return parts_->first_fix();
}
void VirtualWorld::take_sample(Nanos ahead) noexcept {
    parts_->ntp().take_sample(ahead);
}

} // namespace hal::sim
