#include "daemon/pipeline/pulse_input.hpp"

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

std::optional<PulseInput::NewPulse> PulseInput::add(const PulseEdge& edge) noexcept {
    const MonoTime time = edge.time - delay_;
    discipline::PulseTrain::Outcome outcome;
    outcome.verdict = judge(edge, time);
    if (outcome.verdict == Verdict::used) outcome = train_.add(time);
    counters_.count(outcome.verdict);
    if (outcome.verdict != Verdict::used && outcome.verdict != Verdict::trailing)
        log_.line(LogLevel::debug, "edge at {} ns ({}): {}, {} ns off", time.ns(),
                  edge.polarity == Polarity::rising ? "rising" : "falling", name(outcome.verdict),
                  outcome.error.count());
    if (outcome.verdict == Verdict::late_edge) return NewPulse{outcome.pulse, false};
    if (outcome.verdict != Verdict::used) return std::nullopt;
    if (outcome.restarted) jitter_.clear();
    jitter_.add(time - MonoTime{} - std::chrono::seconds{outcome.pulse.ordinal});
    return NewPulse{outcome.pulse, outcome.restarted};
}

void PulseInput::begin_anew(MonoTime now) noexcept {
    train_ = {};
    begun_anew_ = now;
    jitter_.clear();
}

Verdict PulseInput::judge(const PulseEdge& edge, MonoTime time) noexcept {
    if (edge.generation && *edge.generation != clock_.offset().generation)
        return Verdict::stale_generation;
    if (begun_anew_ && edge.time < *begun_anew_) return Verdict::out_of_order;
    const Verdict verdict = leading_.judge({time, edge.polarity == Polarity::rising});
    if (verdict != explained_ && verdict != Verdict::trailing) explain_edge_rule(verdict);
    return verdict;
}

void PulseInput::explain_edge_rule(Verdict verdict) noexcept {
    explained_ = verdict;
    if (verdict == Verdict::one_polarity)
        log_.line(LogLevel::warning,
                  "pulses: only one polarity arrives, so edge = auto can't tell which edge is on "
                  "the second; set edge = rising (most receivers) or falling");
    else if (verdict == Verdict::square)
        log_.line(LogLevel::warning,
                  "pulses: as long high as low, so edge = auto can't tell which edge is on the "
                  "second; set edge = rising (most receivers) or falling");
    else if (const auto width = leading_.width())
        log_.line(LogLevel::info, "pulses: {:.6f} s wide",
                  std::chrono::duration<double>(*width).count());
}

} // namespace ppsd::app
