#include "daemon/observe/histogram.hpp"

#include <algorithm>
#include <cstddef>

namespace ppsd {

Histogram histogram(const Trace& trace) {
    constexpr std::size_t bins = 60;
    Histogram found;
    std::vector<double> values;
    values.reserve(trace.values.size());
    for (const Trace::Value& value : trace.values) {
        values.push_back(value.mean);
        found.all.add(value.mean);
    }
    if (values.empty()) return found;
    std::ranges::sort(values);
    const std::size_t outer = values.size() / 1000;
    found.low = values[outer];
    const double high = values[values.size() - 1 - outer];
    found.width = high > found.low ? (high - found.low) / static_cast<double>(bins) : 1e-9;
    found.counts.resize(bins);
    for (const double value : values) {
        const double place =
            std::clamp((value - found.low) / found.width, 0.0, static_cast<double>(bins - 1));
        ++found.counts[static_cast<std::size_t>(place)];
    }
    return found;
}

} // namespace ppsd
