// The segment's words, each touched by one relaxed atomic access; order is made by fences.
#pragma once

#include "ntpdshm/layout.hpp"
#include "ntpdshm/segment.hpp"

#include <atomic>

namespace ntpdshm {

static_assert(std::atomic_ref<std::int32_t>::is_always_lock_free);

class Words {
  public:
    explicit Words(const Segment& segment) noexcept
        : base_{static_cast<std::byte*>(segment.memory())}, layout_{segment.layout()} {}

    [[nodiscard]] const Offsets& at() const noexcept { return offsets(layout_); }

    [[nodiscard]] std::int32_t load(std::uint8_t offset) const noexcept {
        return word(offset).load(std::memory_order_relaxed);
    }
    void store(std::uint8_t offset, std::int32_t value) const noexcept {
        word(offset).store(value, std::memory_order_relaxed);
    }

    [[nodiscard]] std::int64_t load_seconds(std::uint8_t offset) const noexcept {
        if (layout_ == Layout::time32) return load(offset);
        const auto low = static_cast<std::uint32_t>(load(low_of(offset)));
        const auto high = static_cast<std::uint32_t>(load(high_of(offset)));
        return static_cast<std::int64_t>(std::uint64_t{high} << 32U | low);
    }
    /// The value must fit: last_second().
    void store_seconds(std::uint8_t offset, std::int64_t seconds) const noexcept {
        const auto low = static_cast<std::int32_t>(seconds & 0xffffffff);
        if (layout_ == Layout::time32) return store(offset, low);
        store(low_of(offset), low);
        store(high_of(offset), static_cast<std::int32_t>(seconds >> 32));
    }

  private:
    static constexpr std::uint8_t low_of(std::uint8_t offset) {
        return static_cast<std::uint8_t>(offset + offsetof(SplitSeconds, low));
    }
    static constexpr std::uint8_t high_of(std::uint8_t offset) {
        return static_cast<std::uint8_t>(offset + offsetof(SplitSeconds, high));
    }
    [[nodiscard]] std::atomic_ref<std::int32_t> word(std::uint8_t offset) const noexcept {
        return std::atomic_ref{*reinterpret_cast<std::int32_t*>(base_ + offset)};
    }

    std::byte* base_;
    Layout layout_;
};

} // namespace ntpdshm
