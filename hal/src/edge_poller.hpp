// The thread that polls, and what passes between it and the event loop, without a lock.
#pragma once

#include "edge_poll.hpp"
#include "hal/unique_fd.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>

namespace hal {

/// What is to be waited for. One thread writes, the other reads; neither waits for the other, whose
/// priority may be higher: what is just being written is no task yet.
class PollTask {
  public:
    struct Taken {
        std::uint32_t serial = 0;
        std::optional<AwaitedEdge> edge;
    };

    /// The writer's. Returns its serial number.
    std::uint32_t set(const std::optional<AwaitedEdge>& edge) noexcept;
    /// The reader's; nothing while it is being written.
    [[nodiscard]] std::optional<Taken> take() const noexcept;
    /// Whether it is still that one.
    [[nodiscard]] bool is(std::uint32_t serial) const noexcept { return serial_ == serial; }

  private:
    std::atomic<std::uint32_t> serial_{0}; ///< odd: it is being written
    /// In halves, since not every board has atomics of 64 bits; serial_ says whether they belong
    /// together.
    struct Halves {
        std::atomic<std::uint32_t> low{0}, high{0};
        void store(std::int64_t value) noexcept {
            low = static_cast<std::uint32_t>(value);
            high = static_cast<std::uint32_t>(value >> 32);
        }
        [[nodiscard]] std::int64_t load() const noexcept {
            return static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
        }
    };
    Halves due_, window_;
    std::atomic<std::uint8_t> kind_{0};
};

/// What came of it, in order; the oldest are kept where nobody takes them. One thread puts, the
/// other takes.
class PollResults {
  public:
    struct Ended {
        std::uint32_t serial = 0;
        PollResult result;
    };
    void put(const Ended& ended) noexcept;
    [[nodiscard]] std::optional<Ended> take() noexcept;

  private:
    std::array<Ended, 8> ended_{};
    std::atomic<std::uint32_t> put_{0}, taken_{0};
};

/// All but the thread's own work is the event loop's. It allocates nothing once it runs.
class EdgePoller {
  public:
    struct Settings {
        int cpu = 0;
        int priority = 50; ///< SCHED_FIFO
        bool must = false; ///< run without that processor and priority, too
        bool lock = true;  ///< what is in memory by then stays there
    };

    /// level: reads the line, in the thread; what it needs must outlive the poller.
    explicit EdgePoller(std::function<int()> level);
    /// Within some milliseconds.
    ~EdgePoller();
    EdgePoller(const EdgePoller&) = delete;
    EdgePoller& operator=(const EdgePoller&) = delete;

    /// 0, or the errno that keeps the thread from running as wanted: then there is none, but with
    /// `must`, and if one can be made at all.
    [[nodiscard]] int start(const Settings& settings);
    /// The errno that keeps its memory from being locked, as wanted; or 0.
    [[nodiscard]] int lock_error() const noexcept { return lock_error_; }
    [[nodiscard]] bool runs() const noexcept { return thread_.joinable(); }

    /// To another processor; where that can't be, it stays.
    void move_to(int cpu) noexcept;

    /// Replaces the edge before; nothing: none is waited for.
    void await(const std::optional<AwaitedEdge>& edge) noexcept;

    /// What came of the edge that was given last.
    [[nodiscard]] std::optional<PollResult> take() noexcept;

    /// Readable when there is something to take().
    [[nodiscard]] int fd() const noexcept { return done_.get(); }

  private:
    class Machine;
    void run() noexcept;

    std::function<int()> level_;
    UniqueFd wake_; ///< the thread
    UniqueFd done_;
    PollTask task_;
    PollResults results_;
    std::uint32_t current_ = 0; ///< the event loop's
    int lock_error_ = 0;        ///< the same
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace hal
