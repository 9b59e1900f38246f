// From the options to what the pipeline is made with.
#pragma once

#include "daemon/pipeline/pipeline.hpp"
#include "daemon/settings/options.hpp"

namespace ppsd::app {

[[nodiscard]] PipelineSettings pipeline_settings(const Options& options);

} // namespace ppsd::app
