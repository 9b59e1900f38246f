#include "daemon/ctl/progress.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

namespace ppsd::app {

void show_progress(const std::string& what) {
    const char* const terminal = std::getenv("TERM");
    const bool clears = terminal && std::string_view{terminal} != "dumb";
    if (clears && ::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K{}", what);
}

} // namespace ppsd::app
