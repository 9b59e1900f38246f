// The last few pulses, and which of them have their label.
#pragma once

#include "daemon/discipline/pulse_train.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ppsd::discipline {

class RecentPulses {
  public:
    struct Entry {
        Pulse pulse;
        bool labelled = false;
    };

    /// Longer than a pulse can be of use.
    static constexpr std::size_t capacity = 16;

    void add(Pulse pulse) noexcept {
        entries_[(first_ + size_) % capacity] = Entry{pulse, false};
        if (size_ < capacity)
            ++size_;
        else
            first_ = (first_ + 1) % capacity;
    }

    void clear() noexcept { size_ = 0; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The last one not after t, or nullptr.
    [[nodiscard]] Entry* last_until(hal::MonoTime t) noexcept {
        for (std::size_t i = size_; i-- > 0;)
            if (at(i).pulse.time <= t) return &at(i);
        return nullptr;
    }

    [[nodiscard]] Entry* find(std::int64_t ordinal) noexcept {
        for (std::size_t i = size_; i-- > 0;)
            if (at(i).pulse.ordinal == ordinal) return &at(i);
        return nullptr;
    }

    void mark_labelled(std::int64_t ordinal) noexcept {
        if (Entry* entry = find(ordinal)) entry->labelled = true;
    }

    /// The first one after that ordinal that has no label, and a time to be used; or nullptr.
    [[nodiscard]] const Entry* first_unlabelled_after(std::int64_t ordinal) const noexcept {
        for (std::size_t i = 0; i < size_; ++i)
            if (at(i).pulse.ordinal > ordinal && !at(i).labelled && !at(i).pulse.late)
                return &at(i);
        return nullptr;
    }

    /// Whether the last one is as many seconds before that as their ordinals say, to 2 ms: it isn't
    /// if either is noise's or late, nor on a clock that is being slewed. There has to be one.
    [[nodiscard]] bool a_second_before(const Pulse& pulse) const noexcept {
        const Pulse& last = at(size_ - 1).pulse;
        const std::chrono::seconds apart{pulse.ordinal - last.ordinal};
        return std::chrono::abs(pulse.time - last.time - apart) <= std::chrono::milliseconds{2};
    }

    /// From the first to the last of them; a second if there are fewer than two.
    [[nodiscard]] hal::Nanos second_length() const noexcept {
        if (size_ < 2) return std::chrono::seconds{1};
        const Pulse& first = at(0).pulse;
        const Pulse& last = at(size_ - 1).pulse;
        return (last.time - first.time) / (last.ordinal - first.ordinal);
    }

  private:
    [[nodiscard]] Entry& at(std::size_t i) noexcept { return entries_[(first_ + i) % capacity]; }
    [[nodiscard]] const Entry& at(std::size_t i) const noexcept {
        return entries_[(first_ + i) % capacity];
    }

    std::array<Entry, capacity> entries_{};
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

} // namespace ppsd::discipline
