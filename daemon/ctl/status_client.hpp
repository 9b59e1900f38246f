// ppsctl status: asks a running ppsd how it is.
#pragma once

#include <cstdio>
#include <string>

namespace ppsd::app {

struct StatusOptions {
    std::string socket; ///< its path
    bool json = false;  ///< as it came
};

/// Prints the answer. 0: locked; 1: not; 2: it can't be asked, or doesn't answer within 3 s; 3: no
/// ppsd listens there. The last two with a line on `err`.
[[nodiscard]] int run_status(const StatusOptions& options, std::FILE* out, std::FILE* err);

} // namespace ppsd::app
