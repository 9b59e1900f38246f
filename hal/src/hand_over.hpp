// What one thread gathers and another takes, without a lock: neither ever waits for the other, so a
// thread of low priority can't hold up one of high.
#pragma once

#include <array>
#include <atomic>

namespace hal {

/// There are two of T. One waits here, and the one thread adds to it; the other is with the other
/// thread, which exchanges the two whenever it wants to.
template <class T>
class HandOver {
  public:
    /// As long as it lives the adding thread has to itself what waits.
    class Adding {
      public:
        explicit Adding(std::atomic<T*>& waiting) noexcept
            : waiting_{waiting}, mine_{waiting.exchange(nullptr, std::memory_order_acquire)} {}
        Adding(const Adding&) = delete;
        Adding& operator=(const Adding&) = delete;
        ~Adding() { waiting_.store(mine_, std::memory_order_release); }

        T& operator*() const noexcept { return *mine_; }
        T* operator->() const noexcept { return mine_; }

      private:
        std::atomic<T*>& waiting_;
        T* mine_;
    };

    /// The adding thread's; one at a time.
    [[nodiscard]] Adding add() noexcept { return Adding{waiting_}; }

    /// The taking thread's: what was added since the last time. It is the caller's up to the next
    /// call, before which he empties it. nullptr: just now it is being added to.
    [[nodiscard]] T* take() noexcept {
        T* all = waiting_.load(std::memory_order_relaxed);
        if (!all || !waiting_.compare_exchange_strong(all, taken_, std::memory_order_acq_rel,
                                                      std::memory_order_relaxed))
            return nullptr;
        return taken_ = all;
    }

  private:
    std::array<T, 2> both_;
    std::atomic<T*> waiting_{&both_[0]};
    T* taken_ = &both_[1];
};

} // namespace hal
