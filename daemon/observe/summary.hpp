// Many values as four: least, mean, largest and spread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ppsd {

/// Of n values. sd: standard deviation of the n themselves (divided by n). All but n in their unit.
struct Summary {
    std::uint64_t n = 0;
    double mean = 0;
    double low = 0;
    double high = 0;
    double sd = 0;

    [[nodiscard]] static Summary of(double value) noexcept { return {1, value, value, value, 0}; }

    /// As if the others had been among the values. (Chan, Golub, LeVeque 1979: pairwise variance.)
    void add(const Summary& other) noexcept {
        if (other.n == 0) return;
        if (n == 0) {
            *this = other;
            return;
        }
        const auto mine = static_cast<double>(n);
        const auto theirs = static_cast<double>(other.n);
        const double all = mine + theirs;
        const double apart = other.mean - mean;
        const double squares =
            sd * sd * mine + other.sd * other.sd * theirs + apart * apart * mine * theirs / all;
        mean += apart * theirs / all;
        sd = std::sqrt(squares / all);
        low = std::min(low, other.low);
        high = std::max(high, other.high);
        n += other.n;
    }
    void add(double value) noexcept { add(of(value)); }
};

} // namespace ppsd
