#include "daemon/service/status_server.hpp"

#include "daemon/service/published_mark.hpp"
#include "hal/error.hpp"
#include "hal/unix_address.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

constexpr int most_at_once = 8;
constexpr Nanos pause = 100ms;

[[noreturn]] void fail(const std::string& path, int err) {
    switch (err) {
    case EADDRINUSE:
        throw DeviceError(path, err,
                          "another ppsd answers there: set status-socket to another "
                          "path, or to none");
    case EEXIST:
        throw DeviceError(path, err,
                          "it is no socket: move it away, or set status-socket to another path, or "
                          "to none");
    case EACCES:
    case EPERM:
    case EROFS:
        throw DeviceError(path, err,
                          "set status-socket to a path in a folder that ppsd may write "
                          "to, or to none");
    default:
        throw DeviceError(path, err, "set status-socket to another path, or to none");
    }
}

UniqueFd make_socket(const std::string& path) {
    UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!fd) fail(path, errno);
    return fd;
}

bool anyone_listens(const std::string& path, const UnixAddress& address) {
    const UniqueFd fd = make_socket(path);
    return ::connect(fd.get(), address.get(), address.size()) == 0 || errno == EAGAIN;
}

/// Only a socket is taken away, and only one that nobody listens on.
void remove_left_over(const std::string& path, const UnixAddress& address) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) fail(path, EEXIST);
    if (anyone_listens(path, address)) fail(path, EADDRINUSE);
    ::unlink(path.c_str());
}

int bind_with_mode(const UniqueFd& fd, const UnixAddress& address) {
    const mode_t before = ::umask(0117);
    const int result = ::bind(fd.get(), address.get(), address.size());
    const int err = errno;
    ::umask(before);
    errno = err;
    return result;
}

std::string named_folder(const std::string& path) {
    return path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
}

} // namespace

std::string default_status_socket() {
    return runtime_folder() + "/status";
}

std::string status_socket_of(const std::string& instance) {
    return std::string{run_folder} + (instance.empty() ? "" : "/" + instance) + "/status";
}

StatusServer::StatusServer(StatusSettings settings, EventLoop& loop,
                           std::function<std::string()> render, MonoTime now, const Log& log)
    : settings_{std::move(settings)}, loop_{loop}, render_{std::move(render)}, log_{log},
      look_at_{now + look_every} {
    make();
}

StatusServer::~StatusServer() {
    drop();
}

void StatusServer::take_away() const noexcept {
    if (is_there()) ::unlink(settings_.path.c_str());
}

void StatusServer::drop() {
    take_away();
    if (fd_) loop_.unwatch(fd_.get());
    fd_ = UniqueFd{};
    file_.reset();
    pause_wanted_ = false;
    pause_until_.reset();
}

void StatusServer::make() {
    try {
        open();
        missing_.clear();
    } catch (const DeviceError& error) {
        drop();
        // The reason is said anew when it is another one.
        if (missing_ == error.what()) return;
        missing_ = error.what();
        log_.line(settings_.wanted ? LogLevel::warning : LogLevel::info,
                  "no status socket: {}; it is tried again every {} s", error.what(),
                  std::chrono::duration_cast<std::chrono::seconds>(look_every).count());
    }
}

void StatusServer::open() {
    const std::string& path = settings_.path;
    const auto address = UnixAddress::of(path);
    if (!address) fail(path, ENAMETOOLONG);
    if (const auto folder = named_folder(path); !folder.empty())
        make_own_folder(folder, settings_.heir);
    remove_left_over(path, *address);
    fd_ = make_socket(path);
    if (bind_with_mode(fd_, *address) != 0) fail(path, errno);
    file_ = give_socket(path, settings_.heir);
    if (!file_) fail(path, errno);
    if (::listen(fd_.get(), most_at_once) != 0) fail(path, errno);
    listen();
}

bool StatusServer::is_there() const noexcept {
    if (!fd_ || !file_) return false;
    const auto now = file_at(settings_.path);
    // Who may not look (root's folder, and root no longer) keeps what is open.
    return now ? now == file_ : errno == EACCES;
}

void StatusServer::listen() {
    loop_.watch(fd_.get(), Rank::status, [this] { serve(); });
}

// Whoever asks without end, or when there are no descriptors left, is left waiting for a while.
void StatusServer::serve() {
    int served = 0;
    while (served < most_at_once && serve_one())
        ++served;
    const bool no_more_now = served < most_at_once && (errno == EAGAIN || errno == EINTR);
    if (no_more_now) return;
    loop_.unwatch(fd_.get());
    pause_wanted_ = true;
    pause_until_ = MonoTime{};
}

bool StatusServer::serve_one() {
    const UniqueFd client{::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!client) return errno == ECONNABORTED;
    const std::string text = render_();
    [[maybe_unused]] const auto sent =
        ::send(client.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return true;
}

void StatusServer::tick(MonoTime now) {
    if (now >= look_at_) {
        look_at_ = now + look_every;
        look();
    }
    if (std::exchange(pause_wanted_, false)) pause_until_ = now + pause;
    if (!pause_until_ || now < *pause_until_) return;
    pause_until_.reset();
    listen();
}

void StatusServer::look() {
    if (is_there()) return;
    const bool removed = static_cast<bool>(fd_);
    drop();
    make();
    if (fd_)
        log_.line(LogLevel::notice, "{}: the status socket {}", settings_.path,
                  removed ? "was removed, and is made again" : "is there now");
}

std::optional<MonoTime> StatusServer::deadline() const {
    return std::min(look_at_, pause_until_.value_or(look_at_));
}

} // namespace ppsd::app
