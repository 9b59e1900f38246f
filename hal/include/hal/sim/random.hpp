// Repeatable random numbers, cheap enough for millions of simulated seconds each second.
#pragma once

#include <cmath>
#include <cstdint>

namespace hal::sim {

/// xoroshiro128+ (Blackman, Vigna 2018), seeded by splitmix64.
class Random {
  public:
    /// part: so that each part of the world draws from a sequence of its own, and a fault in one
    /// changes nothing that another draws.
    Random(std::uint64_t seed, std::uint64_t part)
        : state_{mix(seed ^ (part * golden)), mix(seed + (part + 1) * golden)} {}

    std::uint64_t bits() noexcept {
        const std::uint64_t a = state_[0];
        std::uint64_t b = state_[1];
        const std::uint64_t result = a + b;
        b ^= a;
        state_[0] = rotate(a, 24) ^ b ^ (b << 16);
        state_[1] = rotate(b, 37);
        return result;
    }

    /// 0 to below 1.
    double unit() noexcept { return static_cast<double>(bits() >> 11) * 0x1p-53; }

    double between(double low, double high) noexcept { return low + (high - low) * unit(); }

    /// Draws only if there is something to decide.
    bool chance(double probability) noexcept { return probability > 0 && unit() < probability; }

    /// Standard deviation 1, never beyond 3.47: the sum of four even draws (Irwin, Hall).
    double normal() noexcept {
        const std::uint64_t draw = bits();
        const auto sum =
            (draw & 0xffff) + (draw >> 16 & 0xffff) + (draw >> 32 & 0xffff) + (draw >> 48 & 0xffff);
        constexpr double deviation = 37837.23; // of that sum: 65536 / sqrt(3)
        return (static_cast<double>(sum) - 2 * 65535.0) / deviation;
    }

    /// Mean 1.
    double exponential() noexcept { return -std::log1p(-unit()); }

  private:
    static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;

    static constexpr std::uint64_t rotate(std::uint64_t x, int k) { return x << k | x >> (64 - k); }
    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    std::uint64_t state_[2];
};

} // namespace hal::sim
