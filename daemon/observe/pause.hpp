// When to ask ppsd next. Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

namespace ppsd {

/// How long to wait with the next question, s: about a second, so that it comes in the middle
/// between two samples, none is missed and none seen twice. sample_ago: how long ago the last one
/// was published when ppsd answered, s; nothing: there was none.
[[nodiscard]] inline double pause_after(const std::optional<double>& sample_ago) noexcept {
    constexpr double middle = 0.5; // of two samples
    if (!sample_ago || !(*sample_ago >= 0) || !std::isfinite(*sample_ago)) return 1;
    const double since = std::fmod(*sample_ago, 1.0);
    return since < middle ? std::min(1 + middle - since, 1.45) : 1 + middle - since;
}

} // namespace ppsd
