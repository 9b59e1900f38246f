// The wire that sentences come on: one byte after another, at the baud rate.
#pragma once

#include "hal/sim/true_time.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace hal::sim {

/// What is sent about one epoch.
struct Burst {
    static constexpr std::size_t capacity = 2048;

    std::array<char, capacity> text;
    std::size_t size = 0;
    TrueTime start; ///< of its first bit
};

/// A queue of bursts, of which a receiver's transmitter holds only so many.
class SerialLine {
  public:
    /// To be filled in and then queued; nullptr if the transmitter's buffer is full.
    [[nodiscard]] Burst* free_burst() noexcept {
        return count_ < bursts_.size() ? &at(count_) : nullptr;
    }

    /// Sends the burst that free_burst() gave, from `wanted` on, or as soon as the line is free.
    void queue(TrueTime wanted, Nanos byte_time) noexcept;

    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

    /// When the last byte of the next chunk is through. Only if not empty().
    [[nodiscard]] TrueTime next_chunk(std::size_t chunk) const noexcept;

    /// Takes it: valid until the next queue().
    [[nodiscard]] std::string_view take_chunk(std::size_t chunk) noexcept;

  private:
    static constexpr std::size_t most = 32; // a second's bursts at 25 Hz are queued at once

    [[nodiscard]] Burst& at(std::size_t i) noexcept { return bursts_[(first_ + i) % most]; }
    [[nodiscard]] std::size_t next_size(std::size_t chunk) const noexcept;

    std::array<Burst, most> bursts_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::size_t sent_ = 0; ///< of the first
    Nanos byte_time_{0};
    TrueTime free_; ///< when everything that is queued is through
};

} // namespace hal::sim
