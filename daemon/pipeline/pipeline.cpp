#include "daemon/pipeline/pipeline.hpp"

#include "daemon/pipeline/label_line.hpp"
#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

using namespace hal;
using discipline::Label;
using discipline::LabelledPulse;
using discipline::Labeller;
using discipline::Verdict;

namespace {

constexpr Nanos pulses_gone = 4s;
constexpr Nanos largest_delay = 2s; // that the option nmea-delay takes
constexpr Nanos not_whole = 100ms;  // so far from a whole second two clocks' difference is none
constexpr Nanos label_scatter = 400ms;
constexpr Nanos silence = 3s;  // without labels or bytes, before it is said
constexpr Nanos patience = 5s; // after the start, before anything is said to be missing
// Half a second: what a receiver's messages scatter by when nothing is known of it.
constexpr int unknown_label_precision = -1;

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
      pulses_in_{settings.edge, settings.pps_delay, clock, log},
      labels_in_{settings.not_before, log}, labeller_{settings.labeller, leaps_},
      label_train_{settings.labeller.lock_count, leaps_}, distrust_{settings.distrust},
      label_jitter_{unknown_label_precision}, generation_{clock.offset().generation} {
    if (outputs.pps) pps_out_.emplace(clock, *outputs.pps, pps_max_age);
    if (outputs.nmea) nmea_out_.emplace(clock, *outputs.nmea, nmea_max_age);
}

void Pipeline::on_edge(const PulseEdge& edge) {
    const auto pulse = pulses_in_.add(edge);
    if (!pulse) return;
    last_pulse_ = pulse->pulse.time;
    if (pulse->restarted) forget_lone_pulse();
    if (labeller_.add_pulse(pulse->pulse, pulse->restarted))
        log_.line(LogLevel::notice, "unlocked: the pulses stopped, and began anew");
}

// One pulse of the train before may have been noise, whatever the label after it said.
void Pipeline::forget_lone_pulse() noexcept {
    contradicted_ = false;
    if (pulses_told_ < 2) pulses_told_ = 0;
    if (strange_ < 2) strange_ = 0;
}

void Pipeline::on_bytes(const ByteChunk& chunk) {
    labels_in_.add(chunk, [&](const LabelInput::Event& e) { on_label_event(e, chunk.arrival); });
}

void Pipeline::on_clock_step() {
    const auto generation = clock_.offset().generation;
    if (std::exchange(generation_, generation) == generation) return;
    log_.line(LogLevel::notice, "the system clock was set; what lies unread is taken back");
    // Or the machine slept, while CLOCK_MONOTONIC stood still: pulses alone prove nothing now.
    labeller_.distrust_pulses();
    if (pps_out_) pps_out_->invalidate();
    if (nmea_out_) nmea_out_->invalidate();
}

// Stamps from before it would be turned into times of after it.
void Pipeline::on_sleep(MonoTime now, Nanos length) {
    log_.line(LogLevel::notice, "the machine slept {:.1f} s: unlocked, everything begins anew",
              seconds(length));
    labeller_.forget_time();
    distrust_.forget();
    pulses_in_.begin_anew(now);
    labels_in_.begin_anew();
    label_train_ = discipline::LabelTrain{settings_.labeller.lock_count, leaps_};
    label_jitter_.clear();
    labels_trusted_ = false;
    contradicted_ = false; // by pulses that mean nothing any more; the delay is in doubt
    to_judge_.reset();
    last_pulse_.reset();
    if (pps_out_) pps_out_->withdraw();
    if (nmea_out_) nmea_out_->withdraw();
}

void Pipeline::tick(MonoTime now) {
    if (!started_) started_ = now;
    lose_pulses_if_silent(now);
    labels_in_.end_burst_if_silent(now,
                                   [&](const LabelInput::Event& e) { on_label_event(e, now); });
    if (to_judge_ && labeller_.judge_at(*to_judge_) <= now) judge(*to_judge_, now);
    while (const auto pulse = labeller_.take_overdue(now))
        offer_pps(*pulse);
    publish_due(Feed::pps, pps_out_, now);
    publish_due(Feed::nmea, nmea_out_, now);
    report_state(now);
}

std::optional<MonoTime> Pipeline::deadline(std::optional<MonoTime> unread_until) const {
    if (!started_) return MonoTime{};
    std::optional<MonoTime> next = labels_in_.deadline();
    if (next && unread_until) next = std::max(*next, *unread_until);
    if (to_judge_) sooner(next, labeller_.judge_at(*to_judge_));
    if (last_pulse_) sooner(next, *last_pulse_ + pulses_gone + 1ns);
    sooner(next, labeller_.next_overdue());
    if (pps_out_) sooner(next, pps_out_->deadline());
    if (nmea_out_) sooner(next, nmea_out_->deadline());
    sooner(next, state_check_);
    return next;
}

void Pipeline::lose_pulses_if_silent(MonoTime now) {
    if (!last_pulse_ || now - *last_pulse_ <= pulses_gone) return;
    last_pulse_.reset();
    contradicted_ = false;
    if (labeller_.lose_pulses())
        log_.line(LogLevel::notice, "unlocked: no pulse for more than {} s", seconds(pulses_gone));
}

void Pipeline::on_label_event(const LabelInput::Event& event, MonoTime now) {
    if (event.no_fix) return lose_fix();
    if (event.contradicts) return labeller_.distrust_pulses();
    if (to_judge_) judge(*to_judge_, now);
    last_label_ = event.label.arrival;
    fix_denied_ = false;
    to_judge_ = event.label;
}

void Pipeline::lose_fix() {
    fix_denied_ = true;
    to_judge_.reset();
    labeller_.lose_fix();
    label_train_.restart();
    if (pps_out_) pps_out_->withdraw();
    if (nmea_out_) nmea_out_->withdraw();
}

void Pipeline::judge(const Label& label, MonoTime now) {
    to_judge_.reset();
    labels_trusted_ = label_train_.add(label.second, label.arrival, label.leap_second);
    const auto outcome = settings_.pulses ? name_pulse(label, now) : Labeller::Outcome{};
    last_verdict_ = outcome.verdict;
    if (label.leap_second) return;
    note_delay(label, outcome);
    label_jitter_.add(label.arrival - MonoTime{} - std::chrono::seconds{label.second.posix()});
    const bool doubted = outcome.verdict == Verdict::mismatch ||
                         outcome.verdict == Verdict::straddling ||
                         outcome.verdict == Verdict::held_up || contradicted_;
    const bool late = !labeller_.locked() && label_train_.crept();
    if (!labels_trusted_ || doubted || late) return;
    if (delay_unknown(outcome))
        say_delay_unknown();
    else
        offer_nmea(label);
}

// What pulses taught is good for the labels that they taught it with, and for those that go on.
void Pipeline::note_delay(const Label& label, const Labeller::Outcome& outcome) {
    if (labels_trusted_) labeller_.check_delay(label);
    if (label_train_.anew() || label_train_.moved()) labeller_.doubt_delay();
    // The labeller may lock before the train trusts the labels: then it was others that it trusted.
    if (labeller_.locked())
        taught_untrusted_ = !labels_trusted_;
    else if (labels_trusted_ && std::exchange(taught_untrusted_, false))
        labeller_.doubt_delay();
    const bool told = outcome.verdict == Verdict::locking || outcome.verdict == Verdict::straddling;
    const MonoTime told_by = label.arrival - outcome.delay; // one that says it twice is one
    if (told && std::exchange(told_by_, told_by) != told_by && pulses_told_ < 2) ++pulses_told_;
    const auto known = label_delay();
    if (outcome.verdict == Verdict::used) strange_ = 0;
    if (outcome.verdict == Verdict::locking && known) {
        const Nanos late = outcome.delay - *known;
        strange_ = late > label_scatter || late < -label_scatter ? strange_ + 1 : 0;
    }
}

bool Pipeline::delay_unknown(const Labeller::Outcome& outcome) const {
    if (!settings_.pulses) return false;
    if (labeller_.delay_in_doubt()) return true; // nmea-delay is no better than what pulses told
    // Where pulses will tell by how much the sentences are late, they are waited for; also if they
    // went before they had. (A lone one, here and below, may be noise.)
    if ((last_pulse_ || pulses_told_ > 1) && !label_delay()) return true;
    const bool own_missing = outcome.verdict == Verdict::no_pulse && last_pulse_;
    if (own_missing && !labeller_.learned_delay()) return true;
    return strange_ > 1 || (strange_ > 0 && outcome.verdict == Verdict::locking);
}

// While pulses come, it is being found out.
void Pipeline::say_delay_unknown() {
    if (!nmea_out_ || last_pulse_ || std::exchange(delay_unknown_said_, true)) return;
    log_.line(LogLevel::warning,
              "there are no pulses, and by how much these labels are late they haven't told: the "
              "sentences' time isn't published until pulses come again");
}

Labeller::Outcome Pipeline::name_pulse(const Label& label, MonoTime now) {
    const auto outcome = labeller_.add_label(label, now, label_train_.renumbers());
    label_counters_.count(outcome.verdict);
    report_label(label, outcome);
    if (outcome.locked || outcome.unlocked) contradicted_ = outcome.unlocked;
    if (outcome.pulse) offer_pps(*outcome.pulse);
    return outcome;
}

void Pipeline::report_label(const Label& label, const Labeller::Outcome& outcome) {
    if (outcome.locked) {
        whole_second_warned_ = delay_unknown_said_ = false;
        log_.line(LogLevel::notice, "the labels come {:.3f} s after their pulses",
                  seconds(outcome.delay));
    }
    if (outcome.renumbered != 0)
        log_.line(LogLevel::warning,
                  "the receiver now numbers the same pulses {:+} s from what it did before; if it "
                  "was right before, it is wrong now",
                  outcome.renumbered);
    log_unused_label(log_, label, outcome);
    if (outcome.unlocked)
        log_.line(LogLevel::notice, "unlocked: three labels in a row name the wrong pulse");
    if (outcome.verdict == Verdict::straddling && state_ != State::straddling)
        log_.line(LogLevel::warning, "straddling: a label came {:.3f} s after a pulse",
                  seconds(outcome.delay));
}

bool Pipeline::plausible(const LabelledPulse& pulse) {
    const bool withheld_before = distrust_.withholds(pulse.time);
    const auto finding = distrust_.judge(pulse);
    if (!finding.withheld) return true;
    pps_counters_.count(Verdict::implausible);
    log_.line(LogLevel::debug, "pps sample {}: {}, {} ns", pulse.second.posix(),
              name(Verdict::implausible), finding.off.count());
    if (!withheld_before)
        log_.line(LogLevel::warning,
                  "implausible: {}, by {:+.6f} s against the board's own oscillator; nothing is "
                  "published for {:.0f} s",
                  name(finding.reason), seconds(finding.off), seconds(settings_.distrust));
    return false;
}

void Pipeline::offer_pps(const LabelledPulse& pulse) {
    if (!plausible(pulse)) return;
    if (pps_out_)
        pps_out_->offer({pulse.second, pulse.time, leap_at(pulse.second), pulses_in_.precision()});
}

void Pipeline::offer_nmea(const Label& label) {
    if (!nmea_out_ || distrust_.withholds(label.arrival)) return;
    nmea_out_->offer({label.second, label.arrival - label_delay().value_or(Nanos{0}),
                      leap_at(label.second), label_jitter_.precision()});
}

void Pipeline::publish_due(Feed feed, std::optional<Publisher>& publisher, MonoTime now) {
    if (!publisher || !publisher->deadline() || *publisher->deadline() > now) return;
    on_clock_step(); // if the kernel has not told yet, what lies unread waits for nobody
    const auto published = publisher->tick(now);
    if (!published) return;
    (feed == Feed::pps ? pps_counters_ : nmea_counters_).count(published->verdict);
    log_.line(LogLevel::debug, "{} sample {}: {}, at {} ns, receive {} ns", name(feed),
              published->reading.second.posix(), name(published->verdict),
              published->reading.time.ns(), published->sample.receive.ns());
    if (published->verdict == Verdict::clock_stepped) on_clock_step();
    const bool best_feed = feed == Feed::pps || !pps_out_ || !labeller_.locked();
    if (best_feed && published->verdict == Verdict::used) cross_check(feed, published->sample);
}

// What a label's arrival is corrected by; nothing if nobody knows.
std::optional<Nanos> Pipeline::label_delay() const {
    const auto learned = labeller_.learned_delay();
    return learned ? learned : settings_.labeller.nmea_delay;
}

// Of the system clock against the labels; 0 if it isn't clearly some.
Nanos Pipeline::whole_seconds_ahead(Feed feed, Nanos ahead) const {
    if (feed == Feed::nmea && !label_delay()) { // sentences come up to a second after theirs
        const bool usual = ahead >= -not_whole && ahead <= 1s + not_whole;
        return usual ? Nanos{0} : std::chrono::floor<std::chrono::seconds>(ahead);
    }
    const Nanos whole = std::chrono::round<std::chrono::seconds>(ahead);
    const Nanos rest = ahead - whole;
    const Nanos allowed = feed == Feed::pps ? not_whole : label_scatter;
    return rest > allowed || rest < -allowed ? Nanos{0} : whole;
}

// The wire can't tell that a receiver's labels are a whole second off; a clock that somebody else
// keeps can.
void Pipeline::cross_check(Feed feed, const Sample& sample) {
    const Nanos ahead{sample.receive.ns() - sample.clock.posix() * Nanos{1s}.count()};
    const Nanos whole = whole_seconds_ahead(feed, ahead);
    if (whole == 0s || whole_second_warned_ || !clock_.synchronised()) return;
    whole_second_warned_ = true;
    log_.line(LogLevel::warning,
              "the labels are {} s behind the system clock, which the kernel says is synchronised",
              whole / 1s);
    const bool by_message = feed == Feed::nmea && !label_delay();
    const Nanos meant = label_delay().value_or(Nanos{0}) + (by_message ? ahead : whole);
    if (meant >= -largest_delay && meant <= largest_delay)
        log_.line(
            LogLevel::warning,
            "if that clock is right, the labels are for another pulse: set nmea-delay = {:.2f}",
            seconds(meant));
    else
        log_.line(LogLevel::warning,
                  "if that clock is right, look at the receiver's date, and at not-before");
}

void Pipeline::on_leap_list(discipline::LeapTable leaps) {
    labeller_.set_leaps(leaps);
    label_train_.set_leaps(leaps);
    leaps_ = std::move(leaps);
    leap_list_warned_ = false;
}

// That there is none, who looked for it has said.
discipline::Leap Pipeline::leap_at(UtcSecond second) {
    if (!leaps_.empty() && !leaps_.known_at(second) && !leap_list_warned_) {
        leap_list_warned_ = true;
        constexpr std::int64_t second_ns = 1'000'000'000;
        log_.line(LogLevel::warning,
                  "{}: expired at {}: no leap second will be announced; update tzdata, or set "
                  "leap-file",
                  settings_.leap_file, utc_text(leaps_.expires().posix() * second_ns, 0));
    }
    return leaps_.announced_at(second);
}

State Pipeline::judge_state(MonoTime now) const {
    if (fix_denied_ && hears(now)) return State::no_fix;
    if (!last_label_ || now - *last_label_ >= silence) return state_without_labels(now);
    if (!settings_.pulses) return labels_trusted_ ? State::locked : State::searching;
    if (labeller_.locked() && distrust_.withholds(now)) return State::implausible;
    if (labeller_.locked())
        return last_verdict_ == Verdict::mismatch ? State::withheld : State::locked;
    if (!last_pulse_) return now - *started_ < patience ? State::starting : State::no_pulses;
    return last_verdict_ == Verdict::straddling ? State::straddling : State::searching;
}

State Pipeline::state_without_labels(MonoTime now) const {
    if (labeller_.may_hold_over() && now - *last_label_ < settings_.labeller.holdover)
        return State::holdover;
    if (now - *started_ < patience) return State::starting;
    return hears(now) ? State::no_labels : State::no_bytes;
}

bool Pipeline::hears(MonoTime now) const {
    const auto heard = labels_in_.last_byte();
    return heard && now - *heard < silence;
}

void Pipeline::report_state(MonoTime now) {
    look_again_at_state(now);
    const State state = judge_state(now);
    if (!state_since_) state_since_ = now;
    if (state != state_) {
        state_ = state;
        state_since_ = now;
        ++unsaid_states_;
    }
    if (unsaid_states_ > 0) say_state(now);
}

void Pipeline::look_again_at_state(MonoTime now) {
    state_check_.reset();
    const auto check = [&](std::optional<MonoTime> from, Nanos after) {
        if (from && *from + after > now) sooner(state_check_, *from + after);
    };
    check(started_, patience);
    check(last_label_, silence);
    check(last_label_, settings_.labeller.holdover);
    check(labels_in_.last_byte(), silence);
    check(distrust_.until(), 0ns);
}

// A receiver that comes and goes all the time must not fill the disk.
void Pipeline::say_state(MonoTime now) {
    if (!state_lines_.allow(now)) return sooner(state_check_, state_lines_.next());
    if (unsaid_states_ > 1)
        log_.line(LogLevel::notice, "changes of state that came too fast to be logged: {}",
                  unsaid_states_ - 1);
    unsaid_states_ = 0;
    const bool good = state_ == State::locked || state_ == State::searching;
    const LogLevel level = good || state_ == State::holdover ? LogLevel::notice : LogLevel::warning;
    log_.line(level, "{}: {}", name(state_), explanation(state_, settings_.pulses));
}

std::optional<Sample> Pipeline::last_sample(Feed feed) const {
    const auto& out = feed == Feed::pps ? pps_out_ : nmea_out_;
    return out ? out->last_sample() : std::nullopt;
}

} // namespace ppsd::app
