#include "hal/shared_line.hpp"

#include "hal/error.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace hal {
namespace {

constexpr std::size_t most_taken = 512;
constexpr std::string_view ptys = "/dev/pts/";

[[noreturn]] void refuse_path(const std::string& path, int err) {
    if (err == EEXIST) throw DeviceError(path, err, "move it away, or set share to another path");
    throw DeviceError(path, err, "set share to a path in a folder that ppsd may write to");
}

/// Where the link leads; "": there is no link. Safe in a signal's handler.
std::string_view target_of(const char* path, std::array<char, PATH_MAX>& buffer) noexcept {
    const auto size = ::readlink(path, buffer.data(), buffer.size());
    return size > 0 ? std::string_view{buffer.data(), static_cast<std::size_t>(size)}
                    : std::string_view{};
}

} // namespace

SharedLine::SharedLine(std::string path, const std::optional<Owner>& heir)
    : path_{std::move(path)}, fd_{::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)} {
    if (!fd_ || ::grantpt(fd_.get()) != 0 || ::unlockpt(fd_.get()) != 0) refuse_path(path_, errno);
    std::array<char, 64> name{};
    if (const int err = ::ptsname_r(fd_.get(), name.data(), name.size()); err != 0)
        refuse_path(path_, err);
    pts_ = name.data();
    set_up(heir);
    link();
}

SharedLine::~SharedLine() {
    take_away();
}

UniqueFd SharedLine::other_side() const noexcept {
    return UniqueFd{::open(pts_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
}

// Opened and closed once, it is hung up until another opens it, and stays raw.
void SharedLine::set_up(const std::optional<Owner>& heir) {
    const auto other = other_side();
    termios settings{};
    if (!other || ::tcgetattr(other.get(), &settings) != 0) refuse_path(path_, errno);
    ::cfmakeraw(&settings);
    if (::tcsetattr(other.get(), TCSANOW, &settings) != 0) refuse_path(path_, errno);
    const auto group = heir ? heir->group : ::getegid();
    const auto user = heir ? heir->user : static_cast<uid_t>(-1);
    if (::fchown(other.get(), user, group) != 0 || ::fchmod(other.get(), 0640) != 0)
        refuse_path(path_, errno);
}

// A link to a pty is what one that was killed has left.
void SharedLine::link() const {
    std::array<char, PATH_MAX> buffer{};
    struct stat status {};
    if (::lstat(path_.c_str(), &status) == 0) {
        if (!target_of(path_.c_str(), buffer).starts_with(ptys)) refuse_path(path_, EEXIST);
        ::unlink(path_.c_str());
    }
    if (::symlink(pts_.c_str(), path_.c_str()) != 0) refuse_path(path_, errno);
}

void SharedLine::take_away() const noexcept {
    std::array<char, PATH_MAX> buffer{};
    if (target_of(path_.c_str(), buffer) == pts_) ::unlink(path_.c_str());
}

bool SharedLine::is_open() const noexcept {
    pollfd state{fd_.get(), 0, 0};
    return ::poll(&state, 1, 0) >= 0 && (state.revents & (POLLHUP | POLLERR)) == 0;
}

void SharedLine::give(std::string_view bytes) noexcept {
    std::ignore = ::write(fd_.get(), bytes.data(), bytes.size());
}

std::string SharedLine::take() noexcept {
    std::string bytes(most_taken, '\0');
    const auto size = ::read(fd_.get(), bytes.data(), bytes.size());
    termios settings{}; // of the other side
    const bool echoes =
        ::tcgetattr(fd_.get(), &settings) != 0 || (settings.c_lflag & (ECHO | ECHONL)) != 0;
    bytes.resize(size > 0 && !echoes ? static_cast<std::size_t>(size) : 0);
    return bytes;
}

void SharedLine::forget_unread() noexcept {
    if (const auto other = other_side()) ::tcflush(other.get(), TCIFLUSH);
}

} // namespace hal
