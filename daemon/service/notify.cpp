#include "daemon/service/notify.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ppsd::app {

using hal::MonoTime;
using hal::Nanos;

namespace {

std::optional<std::int64_t> whole_number(const char* text) {
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const char* end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::optional<Nanos> watchdog_from_environment() {
    constexpr std::int64_t longest = 1'000'000LL * 86400 * 366;
    const auto usec = whole_number(std::getenv("WATCHDOG_USEC"));
    if (!usec || *usec <= 0 || *usec > longest) return std::nullopt;
    if (const char* pid = std::getenv("WATCHDOG_PID"); pid && whole_number(pid) != ::getpid())
        return std::nullopt;
    return std::chrono::microseconds{*usec};
}

} // namespace

Notifier::Notifier(const std::string& socket, std::optional<Nanos> watchdog) : socket_{socket} {
    if (socket_.empty() || socket_.size() >= sizeof(sockaddr_un::sun_path)) return;
    fd_ = hal::UniqueFd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd_ || !watchdog) return;
    // Whoever wants it more often than that has mistaken the unit.
    constexpr Nanos shortest = std::chrono::milliseconds{10};
    answer_every_ = std::max(*watchdog / 4, shortest);
    next_answer_ = MonoTime{}; // at once
}

Notifier Notifier::from_environment() {
    const char* socket = std::getenv("NOTIFY_SOCKET");
    Notifier notifier{socket ? socket : "", watchdog_from_environment()};
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
        ::unsetenv(name);
    return notifier;
}

void Notifier::status(std::string_view line) {
    if (!fd_ || line == status_) return;
    status_ = line;
    send("STATUS=" + status_);
}

void Notifier::tick(MonoTime now) {
    if (!next_answer_ || now < *next_answer_) return;
    send("WATCHDOG=1");
    next_answer_ = now + *answer_every_;
}

void Notifier::send(std::string_view message) const {
    if (!fd_) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    [[maybe_unused]] const auto sent =
        ::sendto(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size);
}

} // namespace ppsd::app
