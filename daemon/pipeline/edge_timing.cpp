#include "daemon/pipeline/edge_timing.hpp"

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

std::optional<Nanos> EdgeTiming::add(const PulseEdge& edge, OscTime came, MonoTime pulse,
                                     Verdict verdict) noexcept {
    const OscTime corrected = came - irq_part(edge);
    if (edge.stamping == Stamping::polled) bounds_.keep(pulse, edge.bound);
    std::optional<Nanos> late;
    // That was taken beside reads of the line: it is no measure.
    if (edge.stamping == Stamping::stand_in)
        lateness_.interrupt_train();
    else if (verdict == Verdict::used || verdict == Verdict::late_edge)
        late = lateness_.add(came, edge.stamping);
    planner_.add(edge, corrected, verdict);
    return late;
}

} // namespace ppsd::app
