// What a service tells systemd, and how: sd_notify(3)'s datagrams, without its library.
#pragma once

#include "hal/time.hpp"
#include "hal/unique_fd.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

/// Says nothing where nobody listens. Nothing of it throws or waits: a message that can't be
/// delivered is lost.
class Notifier {
  public:
    /// Tells nobody.
    Notifier() = default;

    /// socket: a path, or "@name" in the abstract namespace. watchdog: how long the service may
    /// stay silent before it is killed; nothing: for ever.
    Notifier(const std::string& socket, std::optional<hal::Nanos> watchdog);

    /// NOTIFY_SOCKET, and WATCHDOG_USEC if WATCHDOG_PID is ours or isn't set. Takes them out of the
    /// environment, so that no child answers in our name.
    [[nodiscard]] static Notifier from_environment();

    /// The service does its work from now on.
    void ready() const { send("READY=1"); }

    /// It is about to end.
    void stopping() const { send("STOPPING=1"); }

    /// Whether anybody listens, so that it is worth to make a message.
    [[nodiscard]] bool listened_to() const noexcept { return static_cast<bool>(fd_); }

    /// A line for `systemctl status`; sent when it is another than the last.
    void status(std::string_view line);

    /// Answers the watchdog if it is time to, which is four times as often as it asks, but not more
    /// than 100 times a second.
    void tick(hal::MonoTime now);

    /// When tick() wants to be called, at the latest.
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const noexcept { return next_answer_; }

  private:
    void send(std::string_view message) const;

    std::string socket_; ///< empty: nobody listens
    hal::UniqueFd fd_;
    std::optional<hal::Nanos> answer_every_;
    std::optional<hal::MonoTime> next_answer_;
    std::string status_;
};

} // namespace ppsd::app
