#include "daemon/pipeline/pipeline.hpp"

#include "daemon/pipeline/begun_second.hpp"
#include "daemon/pipeline/label_line.hpp"
#include "daemon/pipeline/leap_list.hpp"
#include "daemon/pipeline/precision.hpp"
#include "daemon/text/sooner.hpp"

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

} // namespace

Pipeline::Pipeline(const PipelineSettings& settings, Clock& clock, const PipelineOutputs& outputs,
                   discipline::LeapTable leaps, const Log& log)
    : settings_{settings}, clock_{clock}, log_{log}, pulses_in_{settings.edge, settings.delays,
                                                                settings.poll, clock, log},
      labels_in_{settings.not_before, log, settings.baud, settings.checksum},
      leaps_{std::move(leaps), log}, receiver_leaps_{log}, keeper_{settings.keeper, leaps_.table()},
      guard_{settings.trust, settings.published_before, clock, log}, offset_{clock.offset()},
      missed_{settings.pulses && outputs[Feed::pps]}, report_{{pulses_in_, labels_in_, labels_,
                                                               keeper_, guard_, missed_},
                                                              settings.pulses,
                                                              settings.keeper.holdover,
                                                              log} {
    constexpr ByFeed<Nanos> max_age{{pps_max_age, nmea_max_age}};
    for (const Feed feed : feeds)
        if (outputs[feed]) ways_[feed].out.emplace(clock, *outputs[feed], max_age[feed]);
}

void Pipeline::take(const PulseEdge& edge) {
    missed_.edge(edge.time, pulses_in_.add(edge, oscillator_, keeper_));
}

void Pipeline::take(const ByteChunk& chunk) {
    const auto stamp = oscillator_.stamp(chunk.arrival);
    if (!stamp) return;
    labels_in_.add(chunk.bytes, *stamp,
                   [&](const LabelInput::Event& e) { on_label_event(e, chunk.arrival); });
    if (const auto word = labels_in_.take_leap_word()) hear(*word);
    if (const auto early = labels_in_.take_pulse_early())
        pulses_in_.timing().note_early(chunk.arrival, *early);
}

// How far off it is counts from now, which only who publishes knows.
void Pipeline::hear(const nmea::LeapWord& word) {
    auto sample = last_sample(Feed::pps);
    if (!sample) sample = last_sample(Feed::nmea);
    if (!sample) return;
    if (auto table = receiver_leaps_.add(word, sample->clock, leaps_.table()))
        use(std::move(*table));
}

void Pipeline::take(const SimulatedLabel& label) {
    on_label_event({!label.fix, false, {label.second, {}, label.arrival, label.inserted}},
                   label.time);
}

void Pipeline::take(const ClockStep& step) {
    offset_ = clock_.offset();
    stepped_at_ = step.time;
    ++clock_steps_;
    const bool all_taken_back = std::ranges::all_of(
        ways_.each, [](const Way& way) { return !way.out || way.out->takes_back(); });
    log_.line(LogLevel::notice, "the system clock was set; {}",
              all_taken_back ? "what lies unread is taken back"
                             : "not every output can take back what lies unread");
    guard_.clock_set();
    take_back();
}

void Pipeline::take_back() {
    for (Way& way : ways_.each)
        if (way.out) way.out->invalidate();
}

// Stamps from before it would be turned into times of after it.
void Pipeline::take(const Slept& slept) {
    log_.line(LogLevel::notice, "the machine slept {:.1f} s: unlocked, everything begins anew",
              std::chrono::duration<double>(slept.length).count());
    oscillator_.forget();
    keeper_.forget();
    pulses_in_.begin_anew(slept.time);
    labels_in_.begin_anew();
    guard_.slept();
    missed_.slept(slept.length);
    withdraw();
}

void Pipeline::take(const OscillatorNote& note) {
    oscillator_.note(note.time, note.raw_minus_mono);
}

void Pipeline::take(const NewLeapList& list) {
    auto table = parse_leap_list(list.text);
    if (!table) return;
    receiver_leaps_.new_list();
    use(std::move(*table));
}

void Pipeline::use(discipline::LeapTable table) {
    keeper_.set_leaps(table);
    leaps_.set(std::move(table));
}

void Pipeline::take(const Tick& tick) {
    const MonoTime now = tick.time;
    if (const auto time = oscillator_.now(now)) {
        labels_in_.give_if_idle(*time, [&](const LabelInput::Event& e) { on_label_event(e, now); });
        while (const auto pulse = keeper_.take(*time))
            offer_pps(*pulse);
    }
    for (const Feed feed : feeds)
        publish_due(feed, now);
    report_.tick(now);
}

std::optional<MonoTime> Pipeline::deadline(std::optional<MonoTime> unread_until) const {
    std::optional<MonoTime> next;
    if (const auto due = labels_in_.deadline()) next = oscillator_.to_mono(*due);
    if (next && unread_until) next = std::max(*next, *unread_until);
    if (const auto due = keeper_.next_due()) sooner(next, oscillator_.to_mono(*due));
    for (const Way& way : ways_.each)
        if (way.out) sooner(next, way.out->deadline());
    sooner(next, report_.deadline());
    return next;
}

void Pipeline::on_label_event(const LabelInput::Event& event, MonoTime now) {
    if (event.no_fix) return lose_fix();
    if (event.contradicts) return keeper_.lose_fix();
    labels_.last = event.label.arrival.mono;
    labels_.fix_denied = false;
    guard_.fix(now);
    // How late it is can't be said.
    if (labels_in_.full()) return keeper_.doubt();
    judge(event.label, now);
}

void Pipeline::lose_fix() {
    labels_.fix_denied = true;
    keeper_.lose_fix();
    guard_.no_fix();
    withdraw();
}

void Pipeline::withdraw() {
    for (Way& way : ways_.each)
        if (way.out) way.out->withdraw();
}

void Pipeline::judge(const Label& label, MonoTime now) {
    const auto outcome = keeper_.add_label(label, *oscillator_.now(now));
    labels_.verdict = outcome.verdict;
    labels_.counters.count(outcome.verdict);
    report_label(label, outcome);
    const bool without_pulses = !settings_.pulses || outcome.verdict != Verdict::locking;
    if (ways_[Feed::nmea].out && keeper_.numbering().trusted() && without_pulses)
        offer_nmea(label, outcome);
}

void Pipeline::offer_nmea(const Label& label, const Timekeeper::Outcome& outcome) {
    const bool pulses_came = pulses_in_.counters()[Verdict::used] > 0;
    const SentenceDelay delay{keeper_.delay(), settings_.keeper.nmea_delay, pulses_came};
    const auto begun = begun_second(label, outcome, delay, leaps_.table());
    if (begun)
        ways_[Feed::nmea].out->offer({begun->second, begun->time, leaps_.at(begun->second),
                                      precision(keeper_.numbering().scatter())});
}

void Pipeline::report_label(const Label& label, const Timekeeper::Outcome& outcome) {
    if (outcome.renumbered != 0) {
        ++renumbered_;
        log_.line(LogLevel::warning,
                  "the receiver now numbers the seconds {:+} s from what it did before; if it was "
                  "right before, it is wrong now",
                  outcome.renumbered);
    }
    log_unused_label(log_, label, outcome);
}

void Pipeline::offer_pps(const LabelledPulse& pulse) {
    if (!ways_[Feed::pps].out) return;
    const Nanos scatter =
        std::max(keeper_.wheel().scatter(), pulses_in_.timing().bound_of(pulse.time).value_or(0ns));
    ways_[Feed::pps].out->offer(
        {pulse.second, pulse.time, leaps_.at(pulse.second), precision(scatter)});
}

void Pipeline::publish_due(Feed feed, MonoTime now) {
    auto& publisher = ways_[feed].out;
    if (!publisher || !publisher->deadline() || *publisher->deadline() > now) return;
    const auto due = publisher->due(now);
    if (due && refuses(feed, *due, now)) return publisher->withdraw();
    if (const auto published = publisher->tick(now, offset_)) note_published(feed, *published);
}

bool Pipeline::refuses(Feed feed, const Publisher::Reading& reading, MonoTime now) {
    if (before_the_leap(reading)) {
        ways_[feed].counters.count(Verdict::clock_stepped);
        return true;
    }
    const RealTime real = offset_.to_real(reading.time);
    if (!guard_.refuses({reading.second, real}, limits(feed, reading.second), now)) return false;
    ways_[feed].counters.count(Verdict::contradicted);
    log_.line(LogLevel::debug, "{} sample {}: {}, at {} ns", name(feed), reading.second.posix(),
              name(Verdict::contradicted), reading.time.ns());
    return true;
}

// The kernel repeats or leaves out a second: what was stamped before it would be off by that.
bool Pipeline::before_the_leap(const Publisher::Reading& reading) const {
    return stepped_at_ && reading.time < *stepped_at_ && leaps_.table().leap_near(reading.second);
}

ClockGuard::Limits Pipeline::limits(Feed feed, UtcSecond second) const {
    ClockGuard::Limits limits;
    if (feed == Feed::nmea) {
        limits.behind += scatters * keeper_.numbering().scatter();
        limits.ahead = limits.behind;
        if (!keeper_.delay() && !settings_.keeper.nmea_delay) limits.ahead += unknown_delay;
    }
    if (leaps_.table().leap_near(second)) {
        limits.behind += leap_second;
        limits.ahead += leap_second;
    }
    return limits;
}

void Pipeline::note_published(Feed feed, const Publisher::Outcome& published) {
    ways_[feed].counters.count(published.verdict);
    if (feed == Feed::pps) missed_.sample(published.reading.time, published.verdict);
    log_.line(LogLevel::debug, "{} sample {}: {}, at {} ns, receive {} ns", name(feed),
              published.reading.second.posix(), name(published.verdict),
              published.reading.time.ns(), published.sample.receive.ns());
    if (published.verdict == Verdict::clock_stepped) take_back();
    if (published.verdict != Verdict::used) return;
    if (feed == Feed::pps)
        guard_.published_pulse(pulses_in_.leading());
    else
        guard_.published();
}

std::optional<Sample> Pipeline::last_sample(Feed feed) const {
    const auto& out = ways_[feed].out;
    return out ? out->last_sample() : std::nullopt;
}

} // namespace ppsd::app
