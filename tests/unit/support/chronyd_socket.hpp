// A datagram socket as chronyd makes one for refclock SOCK, in a folder of the test's own.
#pragma once

#include "hal/unique_fd.hpp"
#include "hal/unix_address.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace ppsd::app::test {

class ChronydSocket {
  public:
    [[nodiscard]] const std::string& path() const { return path_.path(); }

    /// As chronyd starts: what is there is removed first.
    void start(int type = SOCK_DGRAM) {
        ::unlink(path().c_str());
        fd_ = hal::UniqueFd{::socket(AF_UNIX, type | SOCK_NONBLOCK, 0)};
        const auto address = hal::UnixAddress::of(path());
        REQUIRE(::bind(fd_.get(), address->get(), address->size()) == 0);
    }
    /// As chronyd ends …
    void stop() {
        kill();
        ::unlink(path().c_str());
    }
    /// … and as it is killed: the path stays.
    void kill() { fd_ = hal::UniqueFd{}; }

    /// The datagram that came first; nothing: there is none.
    [[nodiscard]] std::optional<std::vector<std::byte>> read() const {
        std::vector<std::byte> datagram(100);
        const auto size = ::recv(fd_.get(), datagram.data(), datagram.size(), 0);
        if (size < 0) return std::nullopt;
        datagram.resize(static_cast<std::size_t>(size));
        return datagram;
    }
    /// How many there are, which are then gone.
    int read_all() const {
        int count = 0;
        while (read())
            ++count;
        return count;
    }

  private:
    ScratchPath path_;
    hal::UniqueFd fd_;
};

} // namespace ppsd::app::test
