#include "daemon/pipeline/pulse_input.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

namespace {

constexpr Nanos patience = 3s;
constexpr Nanos longest_apart = 5s; // of pulses that are used; see discipline/edges

} // namespace

void PulseInput::add(const PulseEdge& edge, const discipline::Oscillator& oscillator,
                     discipline::Timekeeper& keeper) noexcept {
    const Verdict verdict = judge(edge, oscillator, keeper);
    counters_.count(verdict);
    if (verdict != Verdict::trailing) last_verdict_ = verdict;
    if (verdict != Verdict::stale_generation) rate_.add(edge.time, edge.polarity);
    if (verdict == Verdict::used || verdict == Verdict::late_edge) note_pulse(edge.time);
}

void PulseInput::note_pulse(MonoTime time) noexcept {
    if (last_pulse_) apart_ = time - *last_pulse_;
    last_pulse_ = time;
}

std::optional<MonoTime> PulseInput::missing_from() const noexcept {
    if (!last_pulse_) return std::nullopt;
    return *last_pulse_ + std::clamp(apart_, Nanos{1s}, longest_apart) + patience;
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
    if (verdict != explained_ && verdict != Verdict::trailing)
        explain_edge_rule(verdict, edge.polarity);
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
    apart_ = 0ns;
    rate_.forget();
}

void PulseInput::explain_edge_rule(Verdict verdict, Polarity polarity) noexcept {
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
        explain_width(std::chrono::duration<double>(*width).count(), polarity);
}

void PulseInput::explain_width(double width, Polarity polarity) noexcept {
    log_.line(LogLevel::info, "pulses: {:.6f} s wide", width);
    if (polarity == Polarity::rising || std::exchange(falling_said_, true)) return;
    log_.line(LogLevel::notice,
              "pulses: low for {:.3f} s of each second, so edge = auto takes the falling edge; a "
              "receiver whose pulse is high for most of the second needs edge = rising",
              width);
}

} // namespace ppsd::app
