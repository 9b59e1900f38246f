// The wire that sentences come on: one byte after another, at the baud rate.
#pragma once

#include "hal/sim/true_time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hal::sim {

/// What a burst says, for the judge.
struct Told {
    std::int64_t index = -1; ///< of the second that it is about
    UtcSecond said;
    bool unspoilt = false;
    bool may_be_lost = false;
    Nanos fraction{0};     ///< so long after that second's begin is the epoch that it names
    bool inserted = false; ///< it names a leap second, :60
};

/// What is sent about one epoch.
struct Burst {
    static constexpr std::size_t capacity = 2048;
    static constexpr std::size_t nowhere = SIZE_MAX;

    std::array<char, capacity> text;
    std::size_t size = 0;
    std::size_t pause_at = nowhere; ///< before that byte the line is silent for
    Nanos pause{0};                 ///< the receiver's: shorter where the line is behind
    TrueTime start;                 ///< of its first bit
    std::size_t named_at = nowhere; ///< the first byte of the first sentence that names the second
    Told told;                      ///< valid if it has such a sentence
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

    /// How many bytes are still to be sent at that time; only from the last queue() on.
    [[nodiscard]] std::size_t waiting(TrueTime t) const noexcept {
        return count_ > 0 && t < free_ ? static_cast<std::size_t>((free_ - t) / byte_time_) : 0;
    }

    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

    /// When the last byte of the next chunk is through. Only if not empty().
    [[nodiscard]] TrueTime next_chunk(std::size_t chunk) const noexcept;

    /// Takes it: valid until the next queue().
    [[nodiscard]] std::string_view take_chunk(std::size_t chunk) noexcept;

    /// What the second that the last chunk began to name is said to be; nullptr if it didn't.
    [[nodiscard]] const Told* told() const noexcept { return told_; }

  private:
    static constexpr std::size_t most = 32; // a second's bursts at 25 Hz are queued at once

    [[nodiscard]] Burst& at(std::size_t i) noexcept { return bursts_[(first_ + i) % most]; }
    [[nodiscard]] std::size_t next_size(std::size_t chunk) const noexcept;
    [[nodiscard]] static Nanos pause_before(const Burst& burst, std::size_t byte) noexcept {
        return byte >= burst.pause_at ? burst.pause : Nanos{0};
    }

    std::array<Burst, most> bursts_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::size_t sent_ = 0; ///< of the first
    const Told* told_ = nullptr;
    Nanos byte_time_{0};
    TrueTime free_; ///< when everything that is queued is through
};

} // namespace hal::sim
