// The Unix socket that says how ppsd is: who connects gets one JSON object, and the end.
#pragma once

#include "daemon/service/event_loop.hpp"
#include "daemon/text/log.hpp"
#include "hal/own_file.hpp"
#include "hal/time.hpp"
#include "hal/unique_fd.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace ppsd::app {

/// Where the socket is if nobody says: "status" in $RUNTIME_DIRECTORY (systemd), else in /run/ppsd;
/// with an instance's name in /run/ppsd/NAME.
[[nodiscard]] std::string default_status_socket();
[[nodiscard]] std::string status_socket_of(const std::string& instance);

struct StatusSettings {
    std::string path;
    bool wanted = true; ///< where it can't be made, the log warns; else that is mere information
    /// Whom the socket, and a folder made here, shall belong to.
    std::optional<hal::Owner> heir = {};
};

/// Nothing is read from whoever connects, and nothing waits for him: an answer that doesn't fit in
/// his socket's buffer at once is cut off. 8 are served at a time, and then none for 0.1 s.
///
/// If the socket can't be made, or its file is removed, the log says so once, and it is tried again
/// every 10 s.
class StatusServer final : public Timed {
  public:
    static constexpr hal::Nanos look_every = std::chrono::seconds{10};

    /// Makes the socket (mode 0660) and its folder, if that is missing; takes the place of a socket
    /// that nobody listens on. The loop and the log must outlive it.
    StatusServer(StatusSettings settings, EventLoop& loop, std::function<std::string()> render,
                 hal::MonoTime now, const Log& log);
    /// Takes the socket away, if it is still this one and it may.
    ~StatusServer() override;

    /// Removes the socket's file, if it is still this one; may be called from a signal's handler.
    void take_away() const noexcept;

    /// Goes on after a pause, and looks whether the socket is there.
    void tick(hal::MonoTime now) override;
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const override;

  private:
    void look();
    void make();
    void drop();
    void open();
    [[nodiscard]] bool is_there() const noexcept;
    void listen();
    void serve();
    [[nodiscard]] bool serve_one();

    StatusSettings settings_;
    EventLoop& loop_;
    std::function<std::string()> render_;
    const Log& log_;
    hal::UniqueFd fd_;                ///< none: there is no socket
    std::optional<hal::FileId> file_; ///< of the socket, when it was made
    std::string missing_;             ///< while there is none: why, as it was said
    hal::MonoTime look_at_;
    bool pause_wanted_ = false;
    std::optional<hal::MonoTime> pause_until_;
};

} // namespace ppsd::app
