// When to ask ppsd next. Pure.
#pragma once

#include <algorithm>
#include <cmath>

namespace ppsd::web {

/// s until the next question: a second, a little more or less, so that each comes half a second after
/// a sample was published and none is seen twice or passed over. age: of the last sample, s; NaN: not
/// known.
[[nodiscard]] inline double until_next(double age) noexcept {
    if (std::isnan(age) || age > 1.5) return 1;
    return 1 + std::clamp(0.5 - std::fmod(age, 1.0), -0.5, 0.5) * 0.2;
}

} // namespace ppsd::web
