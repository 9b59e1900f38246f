#include "daemon/text/log.hpp"

#include "daemon/text/colour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ppsd::app {

std::optional<LogLevel> parse_log_level(std::string_view word) noexcept {
    const auto* const found = std::ranges::find(log_level_words, word);
    if (found == log_level_words.end()) return std::nullopt;
    return static_cast<LogLevel>(static_cast<int>(LogLevel::error) +
                                 (found - log_level_words.begin()));
}

std::string ascii_only(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 100;
    std::string line{text.substr(0, longest)};
    for (char& c : line)
        if (c < ' ' || c > '~') c = '?';
    return line;
}

void unblock_stderr() noexcept {
    struct stat status {};
    if (::fstat(STDERR_FILENO, &status) != 0) return;
    if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return;
    const int fd = ::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return;
    ::dup2(fd, STDERR_FILENO);
    ::close(fd);
}

namespace {

Colour colour_of(LogLevel level) noexcept {
    if (level == LogLevel::error) return Colour::red;
    return level == LogLevel::warning ? Colour::yellow : Colour::none;
}

/// False: there was no room for it.
bool emit(std::string_view text) noexcept {
    const auto sent = ::send(STDERR_FILENO, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK) return sent >= 0 || errno != EAGAIN;
    // A pipe that takes anything takes a line.
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&room, 1, 0) == 0) return false;
    return ::write(STDERR_FILENO, text.data(), text.size()) >= 0 || errno != EAGAIN;
}

} // namespace

void Log::write(LogLevel level, fmt::string_view format, fmt::format_args args) const {
    fmt::basic_memory_buffer<char, 1024> text;
    if (prefixes_) fmt::format_to(std::back_inserter(text), "<{}>", static_cast<int>(level));
    fmt::vformat_to(std::back_inserter(text), format, args);
    constexpr std::size_t longest = 1000;
    if (text.size() > longest) text.resize(longest);
    if (!prefixes_ && wants_colour(stderr)) {
        const std::string line = coloured({text.data(), text.size()}, colour_of(level), true);
        text.clear();
        text.append(line);
    }
    text.push_back('\n');
    if (lost_ > 0) {
        const auto note = fmt::format("{}{} lines of the log were lost: nobody read them in time\n",
                                      prefixes_ ? "<4>" : "", lost_);
        if (emit(note)) lost_ = 0;
    }
    if (lost_ > 0 || !emit({text.data(), text.size()})) ++lost_;
}

} // namespace ppsd::app
