// Counts what a queue dropped, by the numbers of what came through. Pure.
#pragma once

#include <cstdint>

namespace hal {

/// Numbers run from 1, each one more than the last, modulo 2^32 (linux/gpio.h,
/// gpio_v2_line_event.line_seqno).
class SeqnoGaps {
  public:
    constexpr void next(std::uint32_t seqno) {
        missed_ += static_cast<std::uint32_t>(seqno - last_ - 1);
        last_ = seqno;
    }
    [[nodiscard]] constexpr std::uint64_t missed() const { return missed_; }

  private:
    std::uint32_t last_ = 0;
    std::uint64_t missed_ = 0;
};

} // namespace hal
