// The list of leap seconds, from a file.
#pragma once

#include "daemon/app/log.hpp"
#include "daemon/discipline/leap_table.hpp"

#include <string>

namespace ppsd::app {

/// An empty table, and a warning in the log, if the file can't be read or isn't such a list.
[[nodiscard]] discipline::LeapTable load_leap_file(const std::string& path, const Log& log);

} // namespace ppsd::app
