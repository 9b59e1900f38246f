#include "daemon/pipeline/pipeline.hpp"

#include "daemon/pipeline/begun_second.hpp"
#include "daemon/pipeline/label_line.hpp"
#include "daemon/pipeline/precision.hpp"
#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

using namespace hal;
using discipline::Label;
using discipline::LabelledPulse;
using discipline::Timekeeper;
using discipline::Verdict;

namespace {

// How late sentences may be that no pulse has taught the delay of; and how many times their mean
// distance from the usual the others may be off.
constexpr Nanos unknown_delay = 1500ms;
constexpr int scatters = 4;
// The system clock may be told of a leap second later than the receiver, or earlier.
constexpr Nanos leap_second = 1s;
constexpr Nanos silence = 3s;  // without labels or bytes, before it is said
constexpr Nanos patience = 5s; // after the start, before anything is said to be missing
// Pulses in a row that come elsewhere, before it is said.
constexpr int elsewhere_from = 3;

constexpr double seconds(Nanos d) {
    return std::chrono::duration<double>(d).count();
}

void sooner(std::optional<MonoTime>& deadline, std::optional<MonoTime> other) {
    if (other && (!deadline || *other < *deadline)) deadline = other;
}

} // namespace

Pipeline::Pipeline(const PipelineSettings& settings, Clock& clock, PipelineOutputs outputs,
                   discipline::LeapTable leaps, const Log& log)
    : settings_{settings}, clock_{clock}, leaps_{std::move(leaps)}, log_{log},
      pulses_in_{settings.edge, settings.pps_delay, clock, log}, labels_in_{settings.not_before,
                                                                            log, settings.baud,
                                                                            settings.checksum},
      keeper_{settings.keeper, leaps_}, guard_{settings.trust, settings.published_before, clock,
                                               log},
      generation_{clock.offset().generation} {
    if (outputs.pps) pps_out_.emplace(clock, *outputs.pps, pps_max_age);
    if (outputs.nmea) nmea_out_.emplace(clock, *outputs.nmea, nmea_max_age);
}

void Pipeline::on_edge(const PulseEdge& edge) {
    pulses_in_.add(edge, oscillator_, keeper_);
}

void Pipeline::on_bytes(const ByteChunk& chunk) {
    const auto stamp = oscillator_.stamp(chunk.arrival);
    if (!stamp) return;
    labels_in_.add(chunk.bytes, *stamp,
                   [&](const LabelInput::Event& e) { on_label_event(e, chunk.arrival); });
}

void Pipeline::on_clock_step() {
    const auto generation = clock_.offset().generation;
    if (std::exchange(generation_, generation) == generation) return;
    log_.line(LogLevel::notice, "the system clock was set; what lies unread is taken back");
    guard_.clock_set();
    if (pps_out_) pps_out_->invalidate();
    if (nmea_out_) nmea_out_->invalidate();
}

// Stamps from before it would be turned into times of after it.
void Pipeline::on_sleep(MonoTime now, Nanos length) {
    log_.line(LogLevel::notice, "the machine slept {:.1f} s: unlocked, everything begins anew",
              seconds(length));
    oscillator_.forget();
    keeper_.forget();
    pulses_in_.begin_anew(now);
    labels_in_.begin_anew();
    guard_.slept();
    if (pps_out_) pps_out_->withdraw();
    if (nmea_out_) nmea_out_->withdraw();
}

void Pipeline::tick(MonoTime now) {
    if (!started_) started_ = now;
    if (const auto time = oscillator_.now(now)) {
        labels_in_.give_if_idle(*time, [&](const LabelInput::Event& e) { on_label_event(e, now); });
        while (const auto pulse = keeper_.take(*time))
            offer_pps(*pulse);
    }
    publish_due(Feed::pps, pps_out_, now);
    publish_due(Feed::nmea, nmea_out_, now);
    report_state(now);
}

std::optional<MonoTime> Pipeline::deadline(std::optional<MonoTime> unread_until) const {
    if (!started_) return MonoTime{};
    std::optional<MonoTime> next;
    if (const auto due = labels_in_.deadline()) next = oscillator_.to_mono(*due);
    if (next && unread_until) next = std::max(*next, *unread_until);
    if (const auto due = keeper_.next_overdue()) sooner(next, oscillator_.to_mono(*due));
    if (pps_out_) sooner(next, pps_out_->deadline());
    if (nmea_out_) sooner(next, nmea_out_->deadline());
    sooner(next, state_check());
    return next;
}

void Pipeline::on_label_event(const LabelInput::Event& event, MonoTime now) {
    if (event.no_fix) return lose_fix();
    if (event.contradicts) return keeper_.lose_fix();
    last_label_ = event.label.arrival.mono;
    fix_denied_ = false;
    guard_.fix(now);
    // How late it is can't be said.
    if (labels_in_.full()) return keeper_.doubt();
    judge(event.label, now);
}

void Pipeline::lose_fix() {
    fix_denied_ = true;
    keeper_.lose_fix();
    guard_.no_fix();
    if (pps_out_) pps_out_->withdraw();
    if (nmea_out_) nmea_out_->withdraw();
}

void Pipeline::judge(const Label& label, MonoTime now) {
    const auto outcome = keeper_.add_label(label, *oscillator_.now(now));
    last_verdict_ = outcome.verdict;
    label_counters_.count(outcome.verdict);
    report_label(label, outcome);
    const bool without_pulses = !settings_.pulses || outcome.verdict != Verdict::locking;
    if (nmea_out_ && keeper_.numbering().trusted() && without_pulses) offer_nmea(label, outcome);
}

void Pipeline::offer_nmea(const Label& label, const Timekeeper::Outcome& outcome) {
    const bool pulses_came = pulses_in_.counters()[Verdict::used] > 0;
    const SentenceDelay delay{keeper_.delay(), settings_.keeper.nmea_delay, pulses_came};
    const auto begun = begun_second(label, outcome, delay, leaps_);
    if (begun)
        nmea_out_->offer({begun->second, begun->time, leap_at(begun->second),
                          precision(keeper_.numbering().scatter())});
}

void Pipeline::report_label(const Label& label, const Timekeeper::Outcome& outcome) {
    if (outcome.renumbered != 0)
        log_.line(LogLevel::warning,
                  "the receiver now numbers the seconds {:+} s from what it did before; if it was "
                  "right before, it is wrong now",
                  outcome.renumbered);
    log_unused_label(log_, label, outcome);
}

void Pipeline::offer_pps(const LabelledPulse& pulse) {
    if (pps_out_)
        pps_out_->offer({pulse.second, pulse.time, leap_at(pulse.second),
                         precision(keeper_.wheel().scatter())});
}

void Pipeline::publish_due(Feed feed, std::optional<Publisher>& publisher, MonoTime now) {
    if (!publisher || !publisher->deadline() || *publisher->deadline() > now) return;
    on_clock_step(); // if the kernel has not told yet, what lies unread waits for nobody
    const auto due = publisher->due(now);
    if (due && refuses(feed, *due, now)) return publisher->withdraw();
    if (const auto published = publisher->tick(now)) note_published(feed, *published);
}

bool Pipeline::refuses(Feed feed, const Publisher::Reading& reading, MonoTime now) {
    if (!guard_.refuses(reading, limits(feed, reading.second), now)) return false;
    (feed == Feed::pps ? pps_counters_ : nmea_counters_).count(Verdict::contradicted);
    log_.line(LogLevel::debug, "{} sample {}: {}, at {} ns", name(feed), reading.second.posix(),
              name(Verdict::contradicted), reading.time.ns());
    return true;
}

ClockGuard::Limits Pipeline::limits(Feed feed, UtcSecond second) const {
    ClockGuard::Limits limits;
    if (feed == Feed::nmea) {
        limits.behind += scatters * keeper_.numbering().scatter();
        limits.ahead = limits.behind;
        if (!keeper_.delay() && !settings_.keeper.nmea_delay) limits.ahead += unknown_delay;
    }
    if (leaps_.leap_near(second)) {
        limits.behind += leap_second;
        limits.ahead += leap_second;
    }
    return limits;
}

void Pipeline::note_published(Feed feed, const Publisher::Outcome& published) {
    (feed == Feed::pps ? pps_counters_ : nmea_counters_).count(published.verdict);
    log_.line(LogLevel::debug, "{} sample {}: {}, at {} ns, receive {} ns", name(feed),
              published.reading.second.posix(), name(published.verdict),
              published.reading.time.ns(), published.sample.receive.ns());
    if (published.verdict == Verdict::clock_stepped) on_clock_step();
    if (published.verdict != Verdict::used) return;
    if (feed == Feed::pps)
        guard_.published_pulse(pulses_in_.leading());
    else
        guard_.published();
}

void Pipeline::on_leap_list(discipline::LeapTable leaps) {
    keeper_.set_leaps(leaps);
    leaps_ = std::move(leaps);
    leap_list_warned_ = false;
}

// That there is none, who looked for it has said.
discipline::Leap Pipeline::leap_at(UtcSecond second) {
    if (!leaps_.empty() && !leaps_.known_at(second) && !leap_list_warned_) {
        leap_list_warned_ = true;
        constexpr std::int64_t second_ns = 1'000'000'000;
        log_.line(LogLevel::warning,
                  "the list of leap seconds expired at {}: no leap second will be announced; "
                  "update tzdata, or set leap-file",
                  utc_text(leaps_.expires().posix() * second_ns, 0));
    }
    return leaps_.announced_at(second);
}

bool Pipeline::pulses_come(MonoTime now) const {
    const auto missing_from = pulses_in_.missing_from();
    return missing_from && now <= *missing_from;
}

StateText Pipeline::explanation(MonoTime now) const {
    const std::string usual{app::explanation(state_, settings_.pulses)};
    if (state_ == State::no_pulses) {
        const NoPulse why = pulses_in_.why_no_pulse(now);
        return {name(why.reason), "labels come, but no pulses: " + app::explanation(why)};
    }
    if (state_ != State::no_labels && state_ != State::no_fix) return {{}, usual};
    const NoLabel why = labels_in_.why_no_label();
    if (why.reason == NoLabel::Reason::none) return {{}, usual};
    return {name(why.reason), app::explanation(why)};
}

State Pipeline::judge_state(MonoTime now) const {
    const State state = state_by_input(now);
    const bool would_publish = state == State::locked || state == State::holdover;
    return would_publish && guard_.check().withholds() ? State::contradicted : state;
}

State Pipeline::state_by_input(MonoTime now) const {
    if (fix_denied_ && hears(now)) return State::no_fix;
    if (!last_label_ || now - *last_label_ >= silence) return state_without_labels(now);
    if (labels_in_.full()) return State::line_full;
    if (!settings_.pulses) return keeper_.numbering().trusted() ? State::locked : State::searching;
    if (!pulses_come(now)) {
        if (now - *started_ < patience) return State::starting;
        return state_without_pulses(now);
    }
    return state_by_verdict();
}

State Pipeline::state_by_verdict() const {
    if (keeper_.locked()) return State::locked;
    if (last_verdict_ == Verdict::mismatch && keeper_.delay()) return State::withheld;
    return last_verdict_ == Verdict::straddling ? State::straddling : State::searching;
}

State Pipeline::state_without_pulses(MonoTime now) const {
    const bool known = keeper_.numbering().delay().has_value();
    if (known && keeper_.edges().elsewhere() >= elsewhere_from) return State::implausible;
    const bool found = pulses_in_.why_no_pulse(now).reason == NoPulse::Reason::searching;
    return found ? State::searching : State::no_pulses;
}

State Pipeline::state_without_labels(MonoTime now) const {
    if (keeper_.may_hold_over() && now - *last_label_ < settings_.keeper.holdover)
        return State::holdover;
    if (now - *started_ < patience) return State::starting;
    return hears(now) ? State::no_labels : State::no_bytes;
}

bool Pipeline::hears(MonoTime now) const {
    const auto heard = last_byte();
    return heard && now - *heard < silence;
}

void Pipeline::report_state(MonoTime now) {
    state_judged_ = now;
    const State state = judge_state(now);
    if (!state_since_) state_since_ = now;
    if (state != state_) {
        state_ = state;
        state_since_ = now;
        ++unsaid_states_;
    }
    if (unsaid_states_ > 0) say_state(now);
}

// When silence will have lasted for long enough. By what came in alone: a tick before it changes
// nothing, and a recording leaves it out.
std::optional<MonoTime> Pipeline::state_check() const {
    std::int64_t next = INT64_MAX;
    const auto check = [&](const std::optional<MonoTime>& from, Nanos after) {
        const std::int64_t at = from ? (*from + after).ns() : 0;
        if (at > state_judged_.ns()) next = std::min(next, at);
    };
    check(started_, patience);
    check(last_label_, silence);
    check(last_label_, settings_.keeper.holdover);
    check(pulses_in_.missing_from(), 1ns);
    check(last_byte(), silence);
    auto at = next < INT64_MAX ? std::optional{MonoTime::from_ns(next)} : std::nullopt;
    if (unsaid_states_ > 0) sooner(at, state_lines_.next());
    return at;
}

// A receiver that comes and goes all the time must not fill the disk.
void Pipeline::say_state(MonoTime now) {
    if (!state_lines_.allow(now)) return;
    if (unsaid_states_ > 1)
        log_.line(LogLevel::notice, "changes of state that came too fast to be logged: {}",
                  unsaid_states_ - 1);
    unsaid_states_ = 0;
    const bool good = state_ == State::locked || state_ == State::searching;
    const LogLevel level = good || state_ == State::holdover ? LogLevel::notice : LogLevel::warning;
    log_.line(level, "{}: {}", name(state_), explanation(now).text);
}

std::optional<Sample> Pipeline::last_sample(Feed feed) const {
    const auto& out = feed == Feed::pps ? pps_out_ : nmea_out_;
    return out ? out->last_sample() : std::nullopt;
}

} // namespace ppsd::app
