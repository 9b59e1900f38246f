#include "hal/datagram_socket.hpp"

#include "hal/error.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>

namespace hal {
namespace {

UnixAddress address_of(const std::string& path) {
    const auto address = UnixAddress::of(path);
    if (!address) throw DeviceError(path, ENAMETOOLONG, "name a path of at most 107 bytes");
    return *address;
}

UniqueFd open_socket(const std::string& path) {
    UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) throw DeviceError(path, errno, "does the service's sandbox forbid Unix sockets?");
    // The kernel makes it the least that there is; what is unread is charged to it.
    const int least = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
    return fd;
}

bool is_other_file(const std::string& path) noexcept {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode);
}

} // namespace

DatagramSocket::DatagramSocket(const std::string& path)
    : path_{path}, address_{address_of(path)}, fd_{open_socket(path)} {}

int DatagramSocket::send(std::span<const std::byte> datagram) const noexcept {
    const auto sent = ::sendto(fd_.get(), datagram.data(), datagram.size(),
                               MSG_DONTWAIT | MSG_NOSIGNAL, address_.get(), UnixAddress::size());
    if (sent >= 0) return 0;
    if (errno == EWOULDBLOCK || errno == ENOBUFS) return EAGAIN;
    // The kernel calls all that is no socket "refused".
    return errno == ECONNREFUSED && is_other_file(path_) ? ENOTSOCK : errno;
}

} // namespace hal
