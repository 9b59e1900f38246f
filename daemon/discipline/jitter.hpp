// How much a series scatters, as the segment's `precision` field wants it.
#pragma once

#include "hal/time.hpp"

#include <array>
#include <cstddef>

namespace ppsd::discipline {

/// Robust scatter of the last 64 values of a series that should be a straight line: the median
/// absolute deviation of each value from the middle between its neighbours. A single outlier, and
/// a steady drift, change nothing.
class Jitter {
  public:
    static constexpr std::size_t window = 64;

    explicit constexpr Jitter(int precision_before_known) : before_known_{precision_before_known} {}

    void add(hal::Nanos value) noexcept;
    void clear() noexcept { count_ = 0; }

    /// log2 seconds, rounded up, between -30 (1 ns) and 0; what the constructor was told until
    /// there are 8 values.
    [[nodiscard]] int precision() const noexcept;

    /// The median absolute deviation; 0 until there are 8 values.
    [[nodiscard]] hal::Nanos deviation() const noexcept;

  private:
    int before_known_;
    std::array<hal::Nanos, window> values_{};
    std::size_t count_ = 0; ///< values since clear(), more than `window` too
};

} // namespace ppsd::discipline
