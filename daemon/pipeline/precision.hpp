// How much a time scatters, as the segment's `precision` field wants it.
#pragma once

#include "hal/time.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace ppsd::app {

/// log2 seconds, rounded up, between -30 (1 ns) and 0.
[[nodiscard]] constexpr int precision(hal::Nanos scatter) noexcept {
    if (scatter <= hal::Nanos{0}) return -30;
    const auto in_a_second = static_cast<std::uint64_t>(1'000'000'000 / scatter.count());
    return std::min(0, 1 - static_cast<int>(std::bit_width(in_a_second)));
}

} // namespace ppsd::app
