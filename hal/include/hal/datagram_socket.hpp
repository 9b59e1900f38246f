// Datagrams to a Unix socket that another program makes, and makes anew when it starts again.
#pragma once

#include "hal/unique_fd.hpp"
#include "hal/unix_address.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace hal {

/// Keeps no connection: each datagram goes to whoever has the path at that moment, so there is
/// nothing to connect again. Never waits.
class DatagramSocket {
  public:
    /// Nobody need have the path yet. Throws DeviceError: ENAMETOOLONG for one of more than 107
    /// bytes, and where there is no socket to be had.
    explicit DatagramSocket(const std::string& path);

    /// 0: the datagram lies in the reader's queue. Else the errno that kept it from there: ENOENT
    /// and ECONNREFUSED if nobody reads at the path, ENOTSOCK and EPROTOTYPE if something else is
    /// there, EACCES if this process may not write to it, EAGAIN if the reader leaves what it has
    /// unread: the kernel keeps some five datagrams for it, so that none is old when it is read.
    [[nodiscard]] int send(std::span<const std::byte> datagram) const noexcept;

  private:
    std::string path_;
    UnixAddress address_;
    UniqueFd fd_;
};

} // namespace hal
