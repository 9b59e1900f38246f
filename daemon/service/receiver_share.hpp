// Hands the receiver's bytes to other programs through a pty, and theirs to the receiver.
#pragma once

#include "daemon/service/event_loop.hpp"
#include "hal/clock.hpp"
#include "hal/shared_line.hpp"
#include "hal/time.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

/// Whether somebody has it open is looked at when the receiver sends something, so that a pty that
/// nobody uses wakes nobody. What others write is passed on at once, up to most_in_a_second bytes;
/// the rest is lost, so that they can't fill the receiver's line.
class ReceiverShare {
  public:
    static constexpr std::size_t most_in_a_second = 1024;

    using Send = std::function<void(std::string_view)>;

    /// Throws hal::DeviceError. to_receiver: sends it what its driver takes at once. Loop and clock
    /// must outlive it.
    ReceiverShare(const std::string& path, const std::optional<hal::Owner>& heir, EventLoop& loop,
                  hal::Clock& clock, Send to_receiver);
    ReceiverShare(const ReceiverShare&) = delete;
    ReceiverShare& operator=(const ReceiverShare&) = delete;
    ~ReceiverShare();

    /// What the receiver sent.
    void give(std::string_view bytes);

    /// May be called from a signal's handler.
    void take_away() const noexcept { line_.take_away(); }

  private:
    void look();
    void pass_on();

    hal::SharedLine line_;
    EventLoop& loop_;
    hal::Clock& clock_;
    Send to_receiver_;
    bool open_ = false;      ///< by somebody, when it was looked at last
    hal::MonoTime since_;    ///< the beginning of the second in which `passed_` were passed on
    std::size_t passed_ = 0; ///< bytes
};

} // namespace ppsd::app
