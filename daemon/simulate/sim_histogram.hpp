// How large errors are, without keeping them.
#pragma once

#include "hal/time.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ppsd::app {

/// Magnitudes of times, each known to 3 %: 32 steps for each power of two.
class SimHistogram {
  public:
    void add(hal::Nanos error) noexcept {
        const auto size =
            static_cast<std::uint64_t>(error.count() < 0 ? -error.count() : error.count());
        ++counts_[place(size)];
        ++total_;
        largest_ = std::max(largest_, size);
    }

    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    [[nodiscard]] std::uint64_t largest() const noexcept { return largest_; }

    /// ns that this share of them, 0 to 1, don't exceed by more than 3 %; 0 if there are none.
    [[nodiscard]] std::uint64_t quantile(double share) const noexcept {
        const auto wanted = static_cast<std::uint64_t>(static_cast<double>(total_) * share);
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < places; ++i) {
            seen += counts_[i];
            if (seen > wanted) return std::min(largest_, low_end(i + 1) - 1);
        }
        return largest_;
    }

  private:
    static constexpr unsigned step_bits = 5;
    static constexpr std::uint64_t steps = std::uint64_t{1} << step_bits;
    static constexpr std::size_t places = (64 - step_bits) * steps;

    static constexpr std::size_t place(std::uint64_t size) noexcept {
        if (size < steps) return static_cast<std::size_t>(size);
        const auto exponent = static_cast<unsigned>(std::bit_width(size)) - 1 - step_bits;
        return static_cast<std::size_t>((exponent + 1) * steps + ((size >> exponent) - steps));
    }
    static constexpr std::uint64_t low_end(std::size_t place) noexcept {
        if (place < steps) return place;
        return (steps + place % steps) << (place / steps - 1);
    }

    std::array<std::uint64_t, places> counts_{};
    std::uint64_t total_ = 0;
    std::uint64_t largest_ = 0;
};

} // namespace ppsd::app
