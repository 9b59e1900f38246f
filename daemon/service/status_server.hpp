// The Unix socket that says how ppsd is: who connects gets one JSON object, and the end.
#pragma once

#include "daemon/service/event_loop.hpp"
#include "hal/time.hpp"
#include "hal/unique_fd.hpp"

#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>

namespace ppsd::app {

/// Where the socket is if nobody says: "status" in $RUNTIME_DIRECTORY (systemd), else in /run/ppsd;
/// with an instance's name in /run/ppsd/NAME.
[[nodiscard]] std::string default_status_socket();
[[nodiscard]] std::string status_socket_of(const std::string& instance);

/// Nothing is read from whoever connects, and nothing waits for him: an answer that doesn't fit in
/// his socket's buffer at once is cut off. 8 are served at a time, and then none for 0.1 s.
class StatusServer {
  public:
    /// Makes the socket (mode 0660) and its folder, if that is missing; takes the place of a socket
    /// that nobody listens on. Throws hal::DeviceError. The loop must outlive it.
    StatusServer(std::string path, EventLoop& loop, std::function<std::string()> render);
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;
    /// Takes the socket away, if it may.
    ~StatusServer();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// The socket, and its folder if it was made here, shall be that user's.
    void give_to(uid_t user, gid_t group) const noexcept;

    /// Goes on after a pause.
    void tick(hal::MonoTime now);
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const noexcept { return pause_until_; }

  private:
    void listen();
    void serve();
    [[nodiscard]] bool serve_one();

    std::string path_;
    EventLoop& loop_;
    std::function<std::string()> render_;
    hal::UniqueFd fd_;
    bool folder_made_ = false;
    bool pause_wanted_ = false;
    std::optional<hal::MonoTime> pause_until_;
};

} // namespace ppsd::app
