// The discipline alone, driven by edges and labels: for simulations of decades.
#pragma once

#include "daemon/discipline/oscillator.hpp"
#include "daemon/discipline/timekeeper.hpp"
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

    /// Then tick(), at the same time. The oscillator is known from each of them, also from those
    /// that are nothing else to the daemon.
    void on(const hal::sim::Happening& happening);
    void tick(hal::MonoTime now);

    [[nodiscard]] const DisciplineCounters& edges() const noexcept { return pulses_in_.counters(); }
    [[nodiscard]] const DisciplineCounters& labels() const noexcept { return label_counters_; }
    [[nodiscard]] const DisciplineCounters& samples() const noexcept { return sample_counters_; }

  private:
    void forget_time(hal::MonoTime now) noexcept;
    void judge(const discipline::Label& label, hal::MonoTime now);

    const Log& log_;
    discipline::LeapTable leaps_;
    discipline::Oscillator oscillator_;
    PulseInput pulses_in_;
    discipline::Timekeeper keeper_;
    Publisher publisher_;
    DisciplineCounters label_counters_;
    DisciplineCounters sample_counters_;
};

} // namespace ppsd::app
