#include "daemon/discipline/learned_delay.hpp"

#include <algorithm>
#include <chrono>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr Nanos as_learned = 50ms;
constexpr Nanos unlike_learned = 150ms;
constexpr int smoothing = 16;
constexpr Nanos largest_lesson = 50ms;

} // namespace

void LearnedDelay::learn(Nanos delay) noexcept {
    delay_ = delay;
    learned_ = true;
    in_doubt_ = false;
}

void LearnedDelay::follow(Nanos delay) noexcept {
    delay_ += std::clamp(delay - delay_, -largest_lesson, largest_lesson) / smoothing;
}

std::optional<Nanos> LearnedDelay::trusted() const noexcept {
    return learned_ && !in_doubt_ ? std::optional{delay_} : std::nullopt;
}

bool LearnedDelay::tolerates(Nanos delay) const noexcept {
    return std::chrono::abs(delay - delay_) <= tolerance;
}

bool LearnedDelay::familiar(Nanos delay) const noexcept {
    return learned_ && std::chrono::abs(delay - delay_) <= as_learned;
}

bool LearnedDelay::familiar(const AgreeingLabels& labels) const noexcept {
    return familiar(labels.least()) && familiar(labels.largest());
}

bool LearnedDelay::any_unlike(const AgreeingLabels& labels) const noexcept {
    return labels.least() < delay_ - unlike_learned || labels.largest() > delay_ + unlike_learned;
}

bool LearnedDelay::all_unlike(const AgreeingLabels& labels) const noexcept {
    return labels.largest() < delay_ - unlike_learned || labels.least() > delay_ + unlike_learned;
}

bool LearnedDelay::earlier(const AgreeingLabels& labels) const noexcept {
    return learned_ && labels.median() < delay_ - unlike_learned;
}

} // namespace ppsd::discipline
