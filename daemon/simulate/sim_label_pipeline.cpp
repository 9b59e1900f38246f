#include "daemon/simulate/sim_label_pipeline.hpp"

#include "daemon/pipeline/label_line.hpp"

#include <tuple>
#include <utility>

namespace ppsd::app {

using namespace hal;
using sim::Happening;

namespace {
constexpr Nanos pulses_gone = 4s; // as Pipeline has it
} // namespace

SimLabelPipeline::SimLabelPipeline(const PipelineSettings& settings, Clock& clock, Output& output,
                                   discipline::LeapTable leaps, const Log& log)
    : log_{log}, leaps_{std::move(leaps)}, pulses_in_{settings.edge, settings.pps_delay, clock,
                                                      log},
      lock_count_{settings.labeller.lock_count}, labeller_{settings.labeller, leaps_},
      label_train_{lock_count_, leaps_}, distrust_{settings.distrust}, publisher_{clock, output,
                                                                                  pps_max_age} {}

void SimLabelPipeline::on(const Happening& happening) {
    switch (happening.kind) {
    case Happening::Kind::edge:
        distrust_.note_oscillator(happening.when, happening.raw_minus_mono);
        return on_edge(happening.edge);
    case Happening::Kind::slept:
        return forget_time(happening.when);
    case Happening::Kind::label:
        return on_label({happening.second.posix, happening.arrival, happening.second.leap_second},
                        happening.when);
    case Happening::Kind::no_fix:
        return lose_fix();
    case Happening::Kind::clock_step:
        return publisher_.invalidate();
    default:
        return;
    }
}

void SimLabelPipeline::on_edge(const PulseEdge& edge) {
    const auto pulse = pulses_in_.add(edge);
    if (!pulse) return;
    last_pulse_ = pulse->pulse.time;
    // Whether it was locked is for the log.
    std::ignore = labeller_.add_pulse(pulse->pulse, pulse->restarted);
}

void SimLabelPipeline::on_label(const discipline::Label& label, MonoTime now) {
    if (to_judge_) judge(now);
    to_judge_ = label;
}

void SimLabelPipeline::lose_fix() noexcept {
    to_judge_.reset();
    labeller_.lose_fix();
    label_train_.restart();
    publisher_.withdraw();
}

void SimLabelPipeline::judge(MonoTime now) {
    const discipline::Label label = *std::exchange(to_judge_, std::nullopt);
    std::ignore = label_train_.add(label.second, label.arrival, label.leap_second);
    const auto outcome = labeller_.add_label(label, now, label_train_.renumbers());
    log_unused_label(log_, label, outcome);
    label_counters_.count(outcome.verdict);
    if (outcome.pulse) offer(*outcome.pulse);
}

void SimLabelPipeline::offer(const discipline::LabelledPulse& pulse) noexcept {
    if (distrust_.judge(pulse).withheld)
        return sample_counters_.count(discipline::Verdict::implausible);
    publisher_.offer({pulse.second, pulse.time, leaps_.announced_at(pulse.second), 0});
}

void SimLabelPipeline::forget_time(MonoTime now) noexcept {
    labeller_.forget_time();
    label_train_ = discipline::LabelTrain{lock_count_, leaps_};
    distrust_.forget();
    pulses_in_.begin_anew(now);
    to_judge_.reset();
    last_pulse_.reset();
    publisher_.withdraw();
}

void SimLabelPipeline::tick(MonoTime now) {
    if (last_pulse_ && now - *last_pulse_ > pulses_gone) {
        last_pulse_.reset();
        std::ignore = labeller_.lose_pulses();
    }
    if (to_judge_ && labeller_.judge_at(*to_judge_) <= now) judge(now);
    while (const auto pulse = labeller_.take_overdue(now))
        offer(*pulse);
    if (const auto published = publisher_.tick(now)) sample_counters_.count(published->verdict);
}

} // namespace ppsd::app
