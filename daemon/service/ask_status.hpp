// The other end of the status socket: asks a running ppsd how it is.
#pragma once

#include <string>

namespace ppsd::app {

/// The answer of a status socket, or the errno that there was instead: EAGAIN if it isn't whole
/// within 3 s, EBADMSG if it is no JSON that ppsd writes (too long, or nested too deeply).
struct StatusAnswer {
    std::string text;
    int error = 0;
};
[[nodiscard]] StatusAnswer ask_status(const std::string& socket);

} // namespace ppsd::app
