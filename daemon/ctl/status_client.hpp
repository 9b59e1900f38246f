// ppsctl status: asks a running ppsd how it is.
#pragma once

#include <cstdio>
#include <string>

namespace ppsd::app {

/// The answer of a status socket, or the errno that there was instead: EAGAIN if it isn't whole
/// within 3 s, EBADMSG if it is no JSON that ppsd writes (too long, or nested too deeply).
struct StatusAnswer {
    std::string text;
    int error = 0;
};
[[nodiscard]] StatusAnswer ask_status(const std::string& socket);

struct StatusOptions {
    std::string socket; ///< its path
    bool json = false;  ///< as it came
};

/// Prints the answer. 0: locked; 1: not; 2: it can't be asked, or doesn't answer within 3 s; 3: no
/// ppsd listens there. The last two with a line on `err`.
[[nodiscard]] int run_status(const StatusOptions& options, std::FILE* out, std::FILE* err);

} // namespace ppsd::app
