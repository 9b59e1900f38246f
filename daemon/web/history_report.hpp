// ppsd-web --report: a page of what the history has, without a server.
#pragma once

#include "daemon/web/web_options.hpp"

namespace ppsd::web {

/// Reads the history, which another ppsd-web may write to meanwhile. The exit code: 0. Throws
/// hal::UsageError for a time that is none, DatabaseError if the history can't be read.
int print_history_report(const WebOptions& options);

} // namespace ppsd::web
