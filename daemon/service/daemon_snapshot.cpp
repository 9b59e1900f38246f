// What the daemon tells of itself: its part for the status socket.
#include "daemon/service/daemon.hpp"

#include <cmath>
#include <unistd.h>
#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

std::optional<Nanos> before(MonoTime now, std::optional<MonoTime> t) {
    return t ? std::optional{now - *t} : std::nullopt;
}

} // namespace

Status Daemon::snapshot() {
    const MonoTime now = clock_.now();
    Status status;
    status.version = version();
    status.pid = ::getpid();
    status.now = clock_.offset().to_real(now);
    status.running = now - started_;
    status.state = pipeline_.state();
    status.state_text = pipeline_.explanation(now);
    status.state_for = now - pipeline_.state_since().value_or(started_);
    status.unit_removed = outputs_.removed();
    if (!status.unit_removed.empty()) status.state_for = now - outputs_.removed_since();
    add_memory(status, now);
    status.sentences = {options_.nmea, bytes_.port().get() != nullptr,
                        before(now, pipeline_.last_byte())};
    if (const auto said = pipeline_.satellites(now))
        status.satellites = {said->used, said->in_view, said->signal_db, now - said->last};
    if (options_.nmea.starts_with("uart:")) status.baud = bytes_.rate();
    status.line_load = pipeline_.line_load();
    if (!pipeline_.leaps().empty()) status.leap_list_expires = pipeline_.leaps().expires();
    if (!options_.pps.empty()) add_pulses(status, now);
    for (const Feed feed : feeds)
        status.published[feed] = feed_status(feed, status.now);
    status.edge_verdicts = pipeline_.edges();
    status.label_verdicts = pipeline_.labels();
    status.sentence_verdicts = pipeline_.sentences();
    return status;
}

void Daemon::add_memory(Status& status, MonoTime now) const {
    status.missed = pipeline_.missed(now);
    status.renumbered = pipeline_.renumbered();
    status.clock_steps = pipeline_.clock_steps();
    const auto& unlock = pipeline_.last_unlock();
    if (!unlock) return;
    const Nanos before = now - unlock->at;
    const auto lasting = unlock->until ? std::optional{*unlock->until - unlock->at} : std::nullopt;
    status.last_unlock = {status.now - before, before, unlock->to, unlock->text, lasting};
}

void Daemon::add_pulses(Status& status, MonoTime now) const {
    const bool open = pulses_.port().get() != nullptr;
    status.pulses = SourceStatus{options_.pps, open, before(now, pipeline_.last_pulse())};
    status.stamping = stamping();
    status.pulse_width = pipeline_.pulses().width();
    status.delay = pipeline_.learned_delay();
    if (!pipeline_.last_pulse()) return;
    const auto& wheel = pipeline_.keeper().wheel();
    status.period = 1s + Nanos{std::llround(wheel.rate() * 1e9)};
    status.jitter = wheel.scatter();
}

std::optional<StampingStatus> Daemon::stamping() const {
    const EdgeTiming& in = pipeline_.pulses().timing();
    const bool polled = options_.poll != Poll::no && pulses_.port().get() != nullptr &&
                        pulses_.port().get()->awaits();
    if (!polled && in.irq_delay() == 0ns) return std::nullopt;
    const PollPlanner& planner = in.planner();
    const std::string_view how = !polled || !in.polled() ? "interrupts"
                                 : planner.measuring()   ? "measuring"
                                                         : "polled";
    return StampingStatus{how,
                          planner.window(),
                          planner.polled(),
                          planner.lost(),
                          in.usual_bound(),
                          in.irq_delay(),
                          in.irq_lateness().spread(),
                          in.irq_lateness().count()};
}

std::optional<FeedStatus> Daemon::feed_status(Feed feed, RealTime now) const {
    auto outputs = outputs_.status(feed);
    if (outputs.empty()) return std::nullopt;
    std::optional<int> unit;
    for (const OutputSpec& output : outputs_of(options_, feed))
        if (!unit) unit = shm_unit(output);
    const auto last = pipeline_.last_sample(feed);
    const auto ago = last ? std::optional{now - last->receive} : std::nullopt;
    return FeedStatus{unit, last, ago, pipeline_.samples(feed), std::move(outputs)};
}

} // namespace ppsd::app
