// Instants and lengths, for the discipline's tests.
#pragma once

#include "hal/time.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>

namespace ppsd::discipline {

using namespace hal;

/// An instant, counted from one in the middle of nowhere.
constexpr OscTime at(Nanos since) {
    return OscTime::from_ns(5'000'000'000'000'123) + since;
}

/// For loops over lengths in different units.
using Lengths = std::initializer_list<Nanos>;

constexpr Nanos whole_seconds(std::int64_t n) {
    return std::chrono::seconds{n};
}

constexpr Nanos parts_per_million(double ppm, Nanos of = std::chrono::seconds{1}) {
    return Nanos{static_cast<std::int64_t>(static_cast<double>(of.count()) * ppm * 1e-6)};
}

} // namespace ppsd::discipline
