#include "daemon/pipeline/edge_timing.hpp"

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

std::optional<Nanos> EdgeTiming::add(const PulseEdge& edge, OscTime came, MonoTime pulse,
                                     Verdict verdict) noexcept {
    const OscTime corrected = came - irq_part(edge);
    if (const auto bound = bound_of_stamp(edge)) bounds_.keep(pulse, *bound);
    if (verdict == Verdict::used || verdict == Verdict::late_edge) last_ = edge.stamping;
    std::optional<Nanos> late;
    // That was taken beside reads of the line: it is no measure.
    if (edge.stamping == Stamping::stand_in)
        lateness_.interrupt_train();
    else if (verdict == Verdict::used || verdict == Verdict::late_edge)
        late = lateness_.add(came, edge.stamping);
    planner_.add(edge, corrected, verdict);
    return late;
}

std::optional<Nanos> EdgeTiming::bound_of_stamp(const PulseEdge& edge) const noexcept {
    return edge.stamping == Stamping::polled ? edge.bound : bound_of_interrupts();
}

std::optional<Nanos> EdgeTiming::bound_of_interrupts() const noexcept {
    // More than those of the boards that were measured: 4 to 20 us.
    constexpr Nanos unmeasured = 25us;
    // Two standard deviations, if what they vary by were normally distributed.
    constexpr int nearly_all = 3;
    const auto usual = bounds_.usual();
    if (!usual) return std::nullopt;
    const auto median = lateness_.median();
    if (!median) return *usual + unmeasured;
    return *usual + std::chrono::abs(irq_delay() - *median) + nearly_all * lateness_.spread();
}

} // namespace ppsd::app
