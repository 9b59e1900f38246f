#include "daemon/pipeline/begun_second.hpp"

#include <chrono>

namespace ppsd::app {

using namespace hal;
using discipline::LabelledPulse;
using discipline::Verdict;

std::optional<LabelledPulse> begun_second(const discipline::Label& label,
                                          const discipline::Timekeeper::Outcome& outcome,
                                          const SentenceDelay& delay,
                                          const discipline::LeapTable& leaps) noexcept {
    if (label.leap_second || outcome.verdict == Verdict::straddling) return std::nullopt;
    if (outcome.together) return std::nullopt;
    if (std::chrono::abs(outcome.off) > discipline::Numbering::near_usual) return std::nullopt;
    if (!delay.learned && delay.can_be_learned) return std::nullopt;
    const auto second = leaps.from_tai(leaps.to_tai(label.second)); // not a deleted one
    if (!second) return std::nullopt;
    const Nanos late = delay.learned.value_or(delay.told.value_or(0ns));
    return LabelledPulse{*second, label.arrival.mono - label.fraction - late};
}

} // namespace ppsd::app
