#include "daemon/pipeline/pulse_input.hpp"

#include <algorithm>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

namespace {

constexpr Nanos grace = 3s;
constexpr Nanos not_again = 100ms;  // it asks after a pulse, which may have come early
constexpr int likely = 4;           // mean distances within which nearly all pulses are
constexpr Nanos longest_apart = 5s; // of pulses that are used; see discipline/edges

/// When the first whole second after t comes.
OscTime next_second(const discipline::Flywheel& wheel, OscTime t) noexcept {
    const Nanos now = wheel.at(t) - discipline::WheelTime{};
    const Nanos left = std::chrono::floor<std::chrono::seconds>(now) + 1s - now;
    const double rate = wheel.rate() * static_cast<double>(left.count());
    return t + left + Nanos{static_cast<std::int64_t>(rate)};
}

} // namespace

Verdict PulseInput::add(const PulseEdge& edge, const discipline::Oscillator& oscillator,
                        discipline::Timekeeper& keeper) noexcept {
    const Verdict verdict = judge(edge, oscillator, keeper);
    counters_.count(verdict);
    if (verdict != Verdict::trailing) last_verdict_ = verdict;
    if (verdict != Verdict::stale_generation) rate_.add(edge.time, edge.polarity);
    if (verdict == Verdict::used || verdict == Verdict::late_edge) note_pulse(edge.time);
    return verdict;
}

void PulseInput::note_pulse(MonoTime time) noexcept {
    train_ = Train{time, train_ ? time - train_->last : 0ns};
}

std::optional<MonoTime> PulseInput::missing_from() const noexcept {
    if (!train_) return std::nullopt;
    return train_->last + std::clamp(train_->apart, Nanos{1s}, longest_apart) + grace;
}

NoPulse PulseInput::why_no_pulse(MonoTime now) const noexcept {
    return app::why_no_pulse(rate_.read(now), last_verdict_);
}

Verdict PulseInput::judge(const PulseEdge& edge, const discipline::Oscillator& oscillator,
                          discipline::Timekeeper& keeper) noexcept {
    if (edge.generation && *edge.generation != clock_.offset().generation)
        return Verdict::stale_generation;
    if (begun_anew_ && edge.time < *begun_anew_) return Verdict::out_of_order;
    auto came = oscillator.stamp(edge.time);
    if (!came) return Verdict::read_late;
    if (edge.stamping == Stamping::interrupt) {
        const Verdict verdict = leading_.judge({came->osc, edge.polarity == Polarity::rising});
        words_.judged(verdict, edge.polarity, leading_.width());
        if (verdict != Verdict::used) return verdict;
    }
    if (!timing_.stretched(edge)) return hand_on(edge, *came, keeper);
    log_.line(LogLevel::debug, "edge at {} ns: {}, known to {} ns", edge.time.ns(),
              name(Verdict::stretched), edge.bound.count());
    const auto by_interrupt = edge.interrupt ? oscillator.stamp(*edge.interrupt) : std::nullopt;
    if (!by_interrupt) {
        timing_.lost(edge, came->osc);
        return Verdict::stretched;
    }
    counters_.count(Verdict::stretched);
    PulseEdge other{*edge.interrupt, edge.polarity, {}};
    other.stamping = Stamping::stand_in;
    return hand_on(other, *by_interrupt, keeper);
}

Verdict PulseInput::hand_on(const PulseEdge& edge, Stamp came,
                            discipline::Timekeeper& keeper) noexcept {
    const Nanos late = timing_.delay_of(edge);
    const Stamp stamp{came.osc - late, came.mono - late};
    const auto outcome = keeper.add_edge(stamp);
    if (edge.stamping == Stamping::polled)
        log_.line(LogLevel::debug, "edge at {} ns: polled, known to {} ns", edge.time.ns(),
                  edge.bound.count());
    if (edge.interrupt)
        log_.line(LogLevel::debug, "its interrupt's stamp was {} ns later",
                  (*edge.interrupt - edge.time).count());
    if (const auto irq = timing_.add(edge, came.osc, stamp.mono, outcome.verdict))
        log_.line(LogLevel::debug, "the interrupt's stamp before that was {} ns late",
                  irq->count());
    if (outcome.verdict != Verdict::used)
        log_.line(LogLevel::debug, "edge at {} ns ({}): {}, {} ns off", stamp.mono.ns(),
                  edge.polarity == Polarity::rising ? "rising" : "falling", name(outcome.verdict),
                  outcome.error.count());
    return outcome.verdict;
}

std::optional<AwaitedEdge> PulseInput::await(OscTime now,
                                             const discipline::Timekeeper& keeper) noexcept {
    const auto& wheel = keeper.wheel();
    std::optional<NextPulse> next;
    if (wheel.phased(now) && train_) {
        const Nanos delay = timing_.line_delay();
        const OscTime due = next_second(wheel, now + not_again - delay) + delay;
        const Nanos scatter = likely * wheel.scatter();
        next = {due, wheel.drift(due) + scatter,
                leading_.rising() ? Polarity::rising : Polarity::falling};
    }
    return timing_.await(next);
}

void PulseInput::begin_anew(MonoTime now) noexcept {
    begun_anew_ = now;
    timing_.begin_anew();
    train_.reset();
    rate_.forget();
}

} // namespace ppsd::app
