#include "daemon/pipeline/clock_guard.hpp"

#include "daemon/pipeline/clock_words.hpp"

namespace ppsd::app {

using namespace hal;

bool ClockGuard::refuses(const Due& due, const Limits& limits, MonoTime now) {
    ahead_ = Nanos{due.real.ns() - due.second.posix_ns()};
    const ClockCheck::Comparison comparison{now, ahead_, -limits.behind, limits.ahead};
    const bool synchronised = check_.asks_kernel(comparison) && clock_.synchronised();
    const auto outcome = check_.judge(comparison, synchronised);
    if (outcome.word != ClockCheck::Word::none) {
        const bool young = fix_since_ && now - *fix_since_ < young_fix;
        log_.line(clock_level(outcome.word), "{}",
                  clock_line(outcome, {due.second, ahead_, young}, trust_));
    }
    return outcome.withhold;
}

void ClockGuard::published_pulse(const discipline::LeadingEdge& leading) {
    published();
    const auto width = leading.width();
    if (other_edge_said_ || !width || !other_edge_.add(ahead_, *width)) return;
    if (!check_.independent() || !clock_.synchronised()) return;
    other_edge_said_ = true;
    log_.line(LogLevel::warning, "{}", other_edge_line(ahead_, *width, leading.rising()));
}

} // namespace ppsd::app
