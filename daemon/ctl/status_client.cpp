#include "daemon/ctl/status_client.hpp"

#include "daemon/ctl/state_colour.hpp"
#include "daemon/ctl/status_text.hpp"
#include "daemon/service/ask_status.hpp"

#include <cerrno>
#include <exception>
#include <fmt/format.h>
#include <system_error>

namespace ppsd::app {
namespace {

constexpr int locked_not = 1;
constexpr int cannot_ask = 2;
constexpr int not_running = 3;

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
