// The discipline alone, driven by edges and labels: for simulations of decades.
#pragma once

#include "daemon/discipline/label_train.hpp"
#include "daemon/discipline/labeller.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/pipeline/publisher.hpp"
#include "daemon/pipeline/pulse_input.hpp"
#include "hal/sim/virtual_world.hpp"

#include <optional>

namespace ppsd::app {

/// What Pipeline does between its parts, without bytes, the sentences' time and the state.
class SimLabelPipeline {
  public:
    /// The clock, the output and the log must outlive it.
    SimLabelPipeline(const PipelineSettings& settings, hal::Clock& clock, Output& output,
                     discipline::LeapTable leaps, const Log& log);

    void on(const hal::sim::Happening& happening);
    void tick(hal::MonoTime now);

    [[nodiscard]] const DisciplineCounters& edges() const noexcept { return pulses_in_.counters(); }
    [[nodiscard]] const DisciplineCounters& labels() const noexcept { return label_counters_; }
    [[nodiscard]] const DisciplineCounters& samples() const noexcept { return sample_counters_; }

  private:
    void on_edge(const hal::PulseEdge& edge);
    void on_label(const discipline::Label& label, hal::MonoTime now);
    void lose_fix() noexcept;
    void judge(hal::MonoTime now);
    void forget_time(hal::MonoTime now) noexcept;
    void offer(const discipline::LabelledPulse& pulse) noexcept;

    const Log& log_;
    discipline::LeapTable leaps_;
    PulseInput pulses_in_;
    int lock_count_;
    discipline::Labeller labeller_;
    discipline::LabelTrain label_train_;
    discipline::Distrust distrust_;
    Publisher publisher_;
    std::optional<hal::MonoTime> last_pulse_;
    std::optional<discipline::Label> to_judge_;
    DisciplineCounters label_counters_;
    DisciplineCounters sample_counters_;
};

} // namespace ppsd::app
