#include "daemon/service/reopen.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <unistd.h>

namespace ppsd::app {
namespace {

constexpr std::string_view uart = "uart:";

bool forbidden(const std::string& path, int how) {
    return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) != 0 &&
           (errno == EACCES || errno == EPERM);
}

bool any_chip_forbidden() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{"/dev", ignored})
        if (entry.path().filename().string().starts_with("gpiochip") &&
            forbidden(entry.path().string(), R_OK | W_OK))
            return true;
    return false;
}

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path().string();
    return folder.empty() ? "." : folder;
}

} // namespace

void warn_of_what_cannot_reopen(const Options& options, const Log& log) {
    const auto warn = [&](const std::string& thing, const char* then, const char* advice) {
        log.line(LogLevel::warning, "{}: {} ppsd may not open it again: {}", thing, then, advice);
    };
    constexpr const char* unplugged = "once it was unplugged";
    if (options.nmea.starts_with(uart) && forbidden(options.nmea.substr(uart.size()), R_OK | W_OK))
        warn(options.nmea, unplugged, "add its user to the group that owns it (on Debian dialout)");
    if (options.pps.starts_with("gpio:") && any_chip_forbidden())
        warn(options.pps, unplugged, "add its user to the group that owns the chips (gpio)");
    if (!options.record.empty() && forbidden(folder_of(options.record), W_OK | X_OK))
        warn(options.record, "when it is full", "give its user a folder of its own for it");
}

} // namespace ppsd::app
