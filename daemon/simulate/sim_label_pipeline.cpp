#include "daemon/simulate/sim_label_pipeline.hpp"

#include "daemon/pipeline/label_line.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;
using sim::Happening;

SimLabelPipeline::SimLabelPipeline(const PipelineSettings& settings, Clock& clock, Output& output,
                                   discipline::LeapTable leaps, const Log& log)
    : log_{log}, leaps_{std::move(leaps)}, pulses_in_{settings.edge, settings.pps_delay, clock,
                                                      log},
      keeper_{settings.keeper, leaps_}, publisher_{clock, output, pps_max_age} {}

void SimLabelPipeline::on(const Happening& happening) {
    if (happening.kind == Happening::Kind::slept) forget_time(happening.when);
    oscillator_.note(happening.when, happening.raw_minus_mono);
    switch (happening.kind) {
    case Happening::Kind::edge:
        return pulses_in_.add(happening.edge, oscillator_, keeper_);
    case Happening::Kind::label:
        return judge({happening.second.posix,
                      {},
                      {happening.arrival_osc, happening.arrival},
                      happening.second.leap_second},
                     happening.when);
    case Happening::Kind::no_fix:
        keeper_.lose_fix();
        return publisher_.withdraw();
    case Happening::Kind::clock_step:
        return publisher_.invalidate();
    default:
        return;
    }
}

void SimLabelPipeline::judge(const discipline::Label& label, MonoTime now) {
    const auto outcome = keeper_.add_label(label, *oscillator_.now(now));
    log_unused_label(log_, label, outcome);
    label_counters_.count(outcome.verdict);
}

void SimLabelPipeline::forget_time(MonoTime now) noexcept {
    oscillator_.forget();
    keeper_.forget();
    pulses_in_.begin_anew(now);
    publisher_.withdraw();
}

void SimLabelPipeline::tick(MonoTime now) {
    if (const auto time = oscillator_.now(now))
        while (const auto pulse = keeper_.take(*time))
            publisher_.offer({pulse->second, pulse->time, leaps_.announced_at(pulse->second), 0});
    if (const auto published = publisher_.tick(now)) sample_counters_.count(published->verdict);
}

} // namespace ppsd::app
