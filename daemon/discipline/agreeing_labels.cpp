#include "daemon/discipline/agreeing_labels.hpp"

#include <algorithm>

namespace ppsd::discipline {

using hal::Nanos;

void AgreeingLabels::add(Nanos delay) noexcept {
    delays_[static_cast<std::size_t>(count_ % window)] = delay;
    ++count_;
}

std::ptrdiff_t AgreeingLabels::kept() const noexcept {
    return std::min(count_, window);
}

Nanos AgreeingLabels::least() const noexcept {
    return *std::min_element(delays_.begin(), delays_.begin() + kept());
}

Nanos AgreeingLabels::median() const noexcept {
    auto sorted = delays_;
    const auto middle = sorted.begin() + kept() / 2;
    std::nth_element(sorted.begin(), middle, sorted.begin() + kept());
    return *middle;
}

Nanos AgreeingLabels::largest() const noexcept {
    return *std::max_element(delays_.begin(), delays_.begin() + kept());
}

} // namespace ppsd::discipline
