#include "daemon/pipeline/state_report.hpp"

#include "daemon/text/sooner.hpp"

#include <algorithm>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

namespace {

constexpr Nanos silence = 3s;  // without labels or bytes, before it is said
constexpr Nanos patience = 5s; // after the start, before anything is said to be missing
// Pulses in a row that come elsewhere, before it is said.
constexpr int elsewhere_from = 3;

constexpr bool hands_over(State state) {
    return state == State::locked || state == State::holdover;
}

} // namespace

void StateReport::tick(MonoTime now) {
    if (!started_) started_ = now;
    judged_ = now;
    const State state = judge(now);
    if (!since_) since_ = now;
    if (state != state_) change(state, now);
    if (unsaid_ > 0) say(now);
}

void StateReport::change(State to, MonoTime now) {
    const bool was = hands_over(state_);
    state_ = to;
    since_ = now;
    ++unsaid_;
    if (was == hands_over(to)) return;
    if (was) {
        parts_.missed.unlocked(now);
        unlock_ = {now, to, state_text(now).text, std::nullopt};
    } else {
        parts_.missed.locked(now);
        if (unlock_) unlock_->until = now;
    }
}

// A receiver that comes and goes all the time must not fill the disk.
void StateReport::say(MonoTime now) {
    if (!lines_.allow(now)) return;
    if (unsaid_ > 1)
        log_.line(LogLevel::notice, "changes of state that came too fast to be logged: {}",
                  unsaid_ - 1);
    unsaid_ = 0;
    const bool good = state_ == State::locked || state_ == State::searching;
    const LogLevel level = good || state_ == State::holdover ? LogLevel::notice : LogLevel::warning;
    log_.line(level, "{}: {}", name(state_), state_text(now).text);
}

// When silence will have lasted for long enough. By what came in alone: a tick before it changes
// nothing, and a recording leaves it out.
std::optional<MonoTime> StateReport::deadline() const {
    if (!started_) return MonoTime{};
    const auto after = [](const std::optional<MonoTime>& from, Nanos length) {
        return from ? *from + length : MonoTime{};
    };
    const auto& label = parts_.labels.last;
    std::optional<MonoTime> at;
    for (const MonoTime change :
         {*started_ + patience, after(label, silence), after(label, holdover_),
          after(parts_.pulses.missing_from(), 1ns), after(last_byte(), silence)})
        if (change > judged_ && (!at || change < *at)) at = change;
    if (unsaid_ > 0) sooner(at, lines_.next());
    return at;
}

StateText StateReport::explanation(MonoTime now) const {
    if (state_ != State::locked) return state_text(now);
    const auto lately = parts_.missed.lately(now);
    if (lately.missed < MissedPulses::noticeable) return state_text(now);
    return {name(lately.most), app::explanation(lately)};
}

StateText StateReport::state_text(MonoTime now) const {
    const std::string usual{app::explanation(state_, with_pulses_)};
    if (state_ == State::no_pulses) {
        const NoPulse why = parts_.pulses.why_no_pulse(now);
        return {name(why.reason), "labels come, but no pulses: " + app::explanation(why)};
    }
    if (state_ != State::no_labels && state_ != State::no_fix) return {{}, usual};
    const NoLabel why = parts_.sentences.why_no_label();
    if (why.reason == NoLabel::Reason::none) return {{}, usual};
    return {name(why.reason), app::explanation(why)};
}

State StateReport::judge(MonoTime now) const {
    const State state = by_input(now);
    return hands_over(state) && parts_.guard.check().withholds() ? State::contradicted : state;
}

State StateReport::by_input(MonoTime now) const {
    const LabelNews& labels = parts_.labels;
    if (labels.fix_denied && hears(now)) return State::no_fix;
    if (!labels.last || now - *labels.last >= silence) return without_labels(now);
    if (parts_.sentences.full()) return State::line_full;
    if (!with_pulses_)
        return parts_.keeper.numbering().trusted() ? State::locked : State::searching;
    if (!pulses_come(now)) {
        if (now - *started_ < patience) return State::starting;
        return without_pulses(now);
    }
    return by_verdict();
}

State StateReport::by_verdict() const {
    const auto& keeper = parts_.keeper;
    const Verdict last = parts_.labels.verdict;
    if (keeper.locked()) return State::locked;
    if (last == Verdict::mismatch && keeper.delay()) return State::withheld;
    return last == Verdict::straddling ? State::straddling : State::searching;
}

State StateReport::without_pulses(MonoTime now) const {
    const auto& keeper = parts_.keeper;
    const bool known = keeper.numbering().delay().has_value();
    if (known && keeper.edges().elsewhere() >= elsewhere_from) return State::implausible;
    const bool found = parts_.pulses.why_no_pulse(now).reason == NoPulse::Reason::searching;
    return found ? State::searching : State::no_pulses;
}

State StateReport::without_labels(MonoTime now) const {
    const auto& last = parts_.labels.last;
    if (parts_.keeper.may_hand_over() && now - *last < holdover_) return State::holdover;
    if (now - *started_ < patience) return State::starting;
    return hears(now) ? State::no_labels : State::no_bytes;
}

bool StateReport::pulses_come(MonoTime now) const {
    const auto missing_from = parts_.pulses.missing_from();
    return missing_from && now <= *missing_from;
}

std::optional<MonoTime> StateReport::last_byte() const {
    const auto last = parts_.sentences.last_byte();
    return last ? std::optional{last->mono} : std::nullopt;
}

bool StateReport::hears(MonoTime now) const {
    const auto heard = last_byte();
    return heard && now - *heard < silence;
}

} // namespace ppsd::app
