// ppsd-web from its start to a signal.
#pragma once

#include "daemon/text/log.hpp"
#include "daemon/web/web_options.hpp"

namespace ppsd::web {

/// Serves until SIGTERM or SIGINT; then writes the history. The exit code: 0. Throws
/// std::system_error if it can't listen, or the history has a writer.
int run_web(const WebOptions& options, const app::Log& log);

} // namespace ppsd::web
