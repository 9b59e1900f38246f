#include "daemon/service/ask_status.hpp"

#include "hal/unique_fd.hpp"
#include "hal/unix_address.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <sys/socket.h>
#include <sys/time.h>

namespace ppsd::app {
namespace {

constexpr std::size_t longest_answer = 1U << 20U;

/// The parser calls itself for each level.
bool is_too_deep(const std::string& json) {
    constexpr int deepest = 32;
    int depth = 0;
    for (const char c : json) {
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (depth > deepest) return true;
    }
    return false;
}

} // namespace

StatusAnswer ask_status(const std::string& path) {
    const auto address = hal::UnixAddress::of(path);
    if (!address) return {{}, ENAMETOOLONG};
    const hal::UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const timeval patience{3, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd.get(), address->get(), address->size()) != 0) return {{}, errno};
    StatusAnswer answer;
    std::array<char, 4096> part{};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{patience.tv_sec};
    while (true) {
        const auto n = ::recv(fd.get(), part.data(), part.size(), 0);
        if (n == 0) break;
        if (n < 0 || std::chrono::steady_clock::now() > deadline)
            return {{}, n < 0 ? errno : EAGAIN};
        answer.text.append(part.data(), static_cast<std::size_t>(n));
        if (answer.text.size() > longest_answer) return {{}, EBADMSG};
    }
    if (is_too_deep(answer.text)) return {{}, EBADMSG};
    return answer;
}

} // namespace ppsd::app
