#include "daemon/pipeline/pulse_input.hpp"

#include <algorithm>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

namespace {

constexpr Nanos grace = 3s;
constexpr Nanos longest_apart = 5s; // of pulses that are used; see discipline/edges

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
    const Nanos apart = last_pulse_ ? time - *last_pulse_ : 0ns;
    last_pulse_ = time;
    missing_from_ = time + std::clamp(apart, Nanos{1s}, longest_apart) + grace;
}

NoPulse PulseInput::why_no_pulse(MonoTime now) const noexcept {
    return app::why_no_pulse(rate_.read(now), last_verdict_);
}

Verdict PulseInput::judge(const PulseEdge& edge, const discipline::Oscillator& oscillator,
                          discipline::Timekeeper& keeper) noexcept {
    if (edge.generation && *edge.generation != clock_.offset().generation)
        return Verdict::stale_generation;
    if (begun_anew_ && edge.time < *begun_anew_) return Verdict::out_of_order;
    const auto came = oscillator.stamp(edge.time);
    if (!came) return Verdict::read_late;
    const Stamp stamp{came->osc - delay_, came->mono - delay_};
    const Verdict verdict = leading_.judge({stamp.osc, edge.polarity == Polarity::rising});
    words_.judged(verdict, edge.polarity, leading_.width());
    if (verdict != Verdict::used) return verdict;
    const auto outcome = keeper.add_edge(stamp);
    if (outcome.verdict != Verdict::used)
        log_.line(LogLevel::debug, "edge at {} ns ({}): {}, {} ns off", stamp.mono.ns(),
                  edge.polarity == Polarity::rising ? "rising" : "falling", name(outcome.verdict),
                  outcome.error.count());
    return outcome.verdict;
}

void PulseInput::begin_anew(MonoTime now) noexcept {
    begun_anew_ = now;
    last_pulse_.reset();
    missing_from_.reset();
    rate_.forget();
}

} // namespace ppsd::app
