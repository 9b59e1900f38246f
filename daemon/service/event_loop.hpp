// One thread, one epoll.
#pragma once

#include "hal/time.hpp"
#include "hal/unique_fd.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace ppsd::app {

/// Which descriptor is served first when several are ready at one wake-up: pulses before bytes,
/// since a label must find the pulse that came just before it.
enum class Rank : std::uint8_t { signals, clock, pulses, bytes, status };

/// Does something when it is time to, and says when that is.
class Timed {
  public:
    Timed() = default;
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;
    virtual ~Timed() = default;

    /// When tick() wants to be called at the latest; nothing: there is no need.
    [[nodiscard]] virtual std::optional<hal::MonoTime> deadline() const = 0;

    /// At each wake-up, once what is ready was served; does what is due by now.
    virtual void tick(hal::MonoTime now) = 0;
};

/// Throws std::system_error while being set up; run() doesn't throw.
class EventLoop {
  public:
    /// Every signal that would end the process, but SIGKILL and those of a fault (crash_guard.hpp),
    /// stops run() instead; SIGHUP calls on_hangup's handler; SIGPIPE and SIGXFSZ do nothing.
    /// So for the process from here on.
    EventLoop();

    /// Until there is one, SIGHUP stops run() as the others do.
    void on_hangup(std::function<void()> handler) { hangup_ = std::move(handler); }

    /// Calls handler whenever fd is readable or hung up. The fd stays the caller's, who must
    /// unwatch() it before closing it.
    void watch(int fd, Rank rank, std::function<void()> handler);
    void unwatch(int fd) noexcept;

    /// Whether a watched fd's handler is called when it is readable. It is always when it hung up.
    void listen(int fd, bool readable) noexcept;

    /// Called at each wake-up, before anything is served.
    void on_wake_up(std::function<void()> handler) { wake_up_ = std::move(handler); }

    /// To be ticked, in the order of adding. It must outlive the last run().
    void add(Timed& timed) { timed_.push_back(&timed); }

    /// Waits until a descriptor is ready or a deadline has passed, serves what is ready, then ticks
    /// all that was added; over and over until stop() or a signal.
    void run();

    void stop() noexcept { running_ = false; }

  private:
    static constexpr std::size_t most_ready = 8;

    struct Watched {
        int fd;
        Rank rank;
        std::shared_ptr<std::function<void()>> handler;
    };

    [[nodiscard]] std::optional<hal::MonoTime> deadline() const;
    void wait();
    void serve(int fd);
    void take_signals();

    hal::UniqueFd epoll_;
    hal::UniqueFd signals_;
    std::function<void()> hangup_;
    std::function<void()> wake_up_;
    std::vector<Timed*> timed_;
    std::vector<Watched> watched_;        ///< by rank
    std::array<int, most_ready> ready_{}; ///< at this wake-up, by rank
    std::size_t ready_count_ = 0;
    bool running_ = false;
};

} // namespace ppsd::app
