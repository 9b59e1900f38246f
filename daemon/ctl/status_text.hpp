// What a running ppsd said about itself (service/status.hpp), for a person and for monitoring.
// Pure.
#pragma once

#include <string>

namespace ppsd::app {

/// Status as lines, one for each thing. Throws std::runtime_error if the text isn't ppsd's JSON.
[[nodiscard]] std::string status_text(const std::string& json);

/// ppsctl's exit code for it: 0 locked, 1 not. Throws as status_text() does.
[[nodiscard]] int status_code(const std::string& json);

} // namespace ppsd::app
