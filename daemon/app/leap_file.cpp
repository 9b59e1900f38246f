#include "daemon/app/leap_file.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace ppsd::app {

discipline::LeapTable load_leap_file(const std::string& path, const Log& log) {
    std::ifstream file{path};
    if (!file) {
        log.line(LogLevel::warning,
                 "{}: {}; no leap second will be announced; install tzdata, or "
                 "set leap-file",
                 path, std::generic_category().message(errno));
        return {};
    }
    std::ostringstream text;
    text << file.rdbuf(); // what can't be read (a folder) leaves it empty
    if (auto table = discipline::LeapTable::parse(text.str())) return std::move(*table);
    log.line(LogLevel::warning, "{}: not a leap-seconds.list; no leap second will be announced",
             path);
    return {};
}

} // namespace ppsd::app
