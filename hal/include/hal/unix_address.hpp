// The address of a Unix socket.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>

namespace hal {

class UnixAddress {
  public:
    /// Nothing for a path that is empty or longer than 107 bytes.
    [[nodiscard]] static std::optional<UnixAddress> of(const std::string& path) noexcept {
        UnixAddress made;
        if (path.empty() || path.size() >= sizeof made.address_.sun_path) return std::nullopt;
        made.address_.sun_family = AF_UNIX;
        std::memcpy(made.address_.sun_path, path.c_str(), path.size() + 1);
        return made;
    }

    [[nodiscard]] const sockaddr* get() const noexcept {
        return reinterpret_cast<const sockaddr*>(&address_); // as connect(2) wants it
    }
    [[nodiscard]] static constexpr socklen_t size() noexcept { return sizeof(sockaddr_un); }

  private:
    sockaddr_un address_{};
};

} // namespace hal
