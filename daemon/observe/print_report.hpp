// A report to where it was asked for.
#pragma once

#include "daemon/observe/report.hpp"

#include <cstdint>
#include <string>

namespace ppsd {

/// html: the file to write it to as HTML, as a whole or not at all, "-" for standard output; empty:
/// as text to standard output, as wide as the terminal. Throws hal::DeviceError.
void print_report(const Report& report, const std::string& html);

/// parse_moment(), or hal::UsageError. option: "--since".
[[nodiscard]] std::int64_t moment(const char* option, const std::string& text, std::int64_t end);

} // namespace ppsd
