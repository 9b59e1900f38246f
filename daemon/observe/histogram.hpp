// How often a series had which value. Pure.
#pragma once

#include "daemon/observe/curve.hpp"
#include "daemon/observe/summary.hpp"

#include <cstdint>
#include <vector>

namespace ppsd {

/// Bin i begins at low + i width; what lies outside is counted in the first and the last one.
struct Histogram {
    double low = 0;
    double width = 0;
    std::vector<std::uint64_t> counts; ///< 60, or none where there is no value
    Summary all;
};

/// From the 0.1 % to the 99.9 % of the values.
[[nodiscard]] Histogram histogram(const Trace& trace);

} // namespace ppsd
