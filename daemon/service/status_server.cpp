#include "daemon/service/status_server.hpp"

#include "daemon/service/published_mark.hpp"
#include "daemon/service/unix_address.hpp"
#include "hal/error.hpp"

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

std::string folder_of(const std::string& path) {
    return path.substr(0, path.rfind('/') + 1);
}

} // namespace

std::string default_status_socket() {
    return runtime_folder() + "/status";
}

std::string status_socket_of(const std::string& instance) {
    return std::string{run_folder} + (instance.empty() ? "" : "/" + instance) + "/status";
}

StatusServer::StatusServer(std::string path, EventLoop& loop, std::function<std::string()> render)
    : path_{std::move(path)}, loop_{loop}, render_{std::move(render)}, fd_{make_socket(path_)} {
    const std::string folder = folder_of(path_);
    folder_made_ = !folder.empty() && ::mkdir(folder.c_str(), 0755) == 0;
    const auto address = UnixAddress::of(path_);
    if (!address) fail(path_, ENAMETOOLONG);
    remove_left_over(path_, *address);
    if (bind_with_mode(fd_, *address) != 0) fail(path_, errno);
    if (::listen(fd_.get(), most_at_once) != 0) fail(path_, errno);
    listen();
}

StatusServer::~StatusServer() {
    ::unlink(path_.c_str());
}

void StatusServer::give_to(uid_t user, gid_t group) const noexcept {
    [[maybe_unused]] int best_effort = ::lchown(path_.c_str(), user, group);
    if (folder_made_) best_effort = ::lchown(folder_of(path_).c_str(), user, group);
}

void StatusServer::listen() {
    loop_.watch(fd_.get(), Priority::status, [this] { serve(); });
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
    if (std::exchange(pause_wanted_, false)) pause_until_ = now + pause;
    if (!pause_until_ || now < *pause_until_) return;
    pause_until_.reset();
    listen();
}

} // namespace ppsd::app
