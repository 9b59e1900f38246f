#include "sim/latency.hpp"

#include <algorithm>
#include <cmath>

namespace hal::sim {

void Latency::advance(TrueTime t, const Parameters& parameters) noexcept {
    if (loaded_) {
        loaded_ = t < load_end_;
    } else if (random_.chance(parameters[Key::latency_load])) {
        loaded_ = true;
        const double length = parameters[Key::latency_load_length] * random_.exponential();
        load_end_ = t + Nanos{static_cast<std::int64_t>(length * 1e9)};
    }
}

Nanos Latency::stamp(const Parameters& parameters) noexcept {
    const double factor = loaded_ ? parameters[Key::latency_load_factor] : 1;
    double late = parameters[Key::latency_least] +
                  factor * parameters[Key::latency_usual] * random_.exponential();
    if (random_.chance(parameters[Key::latency_tail] * factor)) {
        constexpr double exponent = 1.5;
        late += factor * parameters[Key::latency_tail_scale] *
                std::pow(1 - random_.unit(), -1 / exponent);
    }
    late = std::min(late, parameters[Key::latency_longest]);
    return Nanos{static_cast<std::int64_t>(late)};
}

Nanos tolerable_latency(const Parameters& parameters) noexcept {
    constexpr double always_tolerable = 10'000;
    const double scatter = parameters[Key::latency_usual] + parameters[Key::pps_jitter];
    const double limit = std::max(always_tolerable, 6 * scatter);
    return Nanos{static_cast<std::int64_t>(parameters[Key::latency_least] + limit)};
}

} // namespace hal::sim
