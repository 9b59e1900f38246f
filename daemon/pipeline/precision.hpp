// How much a time scatters, as the segment's `precision` field wants it.
#pragma once

#include "hal/time.hpp"

namespace ppsd::app {

/// log2 seconds, rounded up, between -30 (1 ns) and 0.
[[nodiscard]] constexpr int precision(hal::Nanos scatter) noexcept {
    int log2 = -30;
    while (log2 < 0 && (std::int64_t{1'000'000'000} >> -log2) < scatter.count())
        ++log2;
    return log2;
}

} // namespace ppsd::app
