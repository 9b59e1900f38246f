#include "sim/latency.hpp"

#include <algorithm>
#include <cmath>

namespace hal::sim {

void Latency::advance(TrueTime t, const Parameters& parameters) noexcept {
    if (loaded_) {
        loaded_ = t < load_end_;
    } else if (random_.chance(parameters["latency.load"])) {
        loaded_ = true;
        const double length = parameters["latency.load-length"] * random_.exponential();
        load_end_ = t + Nanos{static_cast<std::int64_t>(length * 1e9)};
    }
}

Nanos Latency::stamp(const Parameters& parameters) noexcept {
    const double factor = loaded_ ? parameters["latency.load-factor"] : 1;
    double late =
        parameters["latency.least"] + factor * parameters["latency.usual"] * random_.exponential();
    if (random_.chance(parameters["latency.tail"] * factor)) {
        constexpr double exponent = 1.5;
        late +=
            factor * parameters["latency.tail-scale"] * std::pow(1 - random_.unit(), -1 / exponent);
    }
    late = std::min(late, parameters["latency.longest"]);
    return Nanos{static_cast<std::int64_t>(late)};
}

Nanos tolerable_latency(const Parameters& parameters) noexcept {
    constexpr double always_tolerable = 10'000;
    const double scatter = parameters["latency.usual"] + parameters["pps.jitter"];
    const double limit = std::max(always_tolerable, 6 * scatter);
    return Nanos{static_cast<std::int64_t>(parameters["latency.least"] + limit)};
}

} // namespace hal::sim
