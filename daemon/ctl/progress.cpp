#include "daemon/ctl/progress.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace ppsd::app {

void show_progress(const std::string& what) {
    if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K{}", what);
}

} // namespace ppsd::app
