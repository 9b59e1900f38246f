// Labels in a row that agree, and how long after their pulses they came.
#pragma once

#include "hal/time.hpp"

#include <array>
#include <cstddef>

namespace ppsd::discipline {

/// How many there are, and the least, middle and largest delay of the last 16.
class AgreeingLabels {
  public:
    static constexpr int window = 16;

    void add(hal::Nanos delay) noexcept;
    void clear() noexcept { count_ = 0; }

    [[nodiscard]] int count() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

    // Of at least one label.
    [[nodiscard]] hal::Nanos least() const noexcept;
    [[nodiscard]] hal::Nanos median() const noexcept; ///< the higher one of two
    [[nodiscard]] hal::Nanos largest() const noexcept;
    [[nodiscard]] hal::Nanos spread() const noexcept { return largest() - least(); }

  private:
    [[nodiscard]] std::ptrdiff_t kept() const noexcept;

    int count_ = 0;
    std::array<hal::Nanos, window> delays_{};
};

} // namespace ppsd::discipline
