#include "daemon/ctl/status_client.hpp"

#include "daemon/ctl/state_colour.hpp"
#include "daemon/ctl/status_text.hpp"
#include "hal/unique_fd.hpp"
#include "hal/unix_address.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <sys/time.h>
#include <system_error>

namespace ppsd::app {
namespace {

constexpr int locked_not = 1;
constexpr int cannot_ask = 2;
constexpr int not_running = 3;
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

int explain(const std::string& path, int error, std::FILE* err) {
    switch (error) {
    case ENOENT:
    case ECONNREFUSED:
        fmt::print(err, "ppsctl: {}: no ppsd is running there\n", path);
        return not_running;
    case EAGAIN:
        fmt::print(err, "ppsctl: {}: ppsd doesn't answer: is it stopped?\n", path);
        return cannot_ask;
    case EACCES:
        fmt::print(err, "ppsctl: {}: {}; ask as root, or as a member of the group that owns it\n",
                   path, std::generic_category().message(error));
        return cannot_ask;
    default:
        fmt::print(err, "ppsctl: {}: {}\n", path, std::generic_category().message(error));
        return cannot_ask;
    }
}

std::string text_for(const std::string& json, std::FILE* out) {
    const std::string text = status_text(json);
    return wants_colour(out) ? with_coloured_state(text) : text;
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

int run_status(const StatusOptions& options, std::FILE* out, std::FILE* err) {
    const StatusAnswer answer = ask_status(options.socket);
    if (answer.error != 0) return explain(options.socket, answer.error, err);
    try {
        const int code = status_code(answer.text);
        fmt::print(out, "{}", options.json ? answer.text : text_for(answer.text, out));
        return code == 0 ? 0 : locked_not;
    } catch (const std::exception& error) {
        fmt::print(err, "ppsctl: {}: {}\n", options.socket, error.what());
        return cannot_ask;
    }
}

} // namespace ppsd::app
