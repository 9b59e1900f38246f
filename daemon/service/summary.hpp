// What a run came to.
#pragma once

#include "daemon/pipeline/pipeline.hpp"
#include "daemon/text/log.hpp"

namespace ppsd::app {

/// How often each verdict was given, a line each at level info.
void log_summary(const Pipeline& pipeline, const Log& log);

} // namespace ppsd::app
