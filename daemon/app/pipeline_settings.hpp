// From the options to what the pipeline is made with.
#pragma once

#include "daemon/app/options.hpp"
#include "daemon/app/pipeline.hpp"

namespace ppsd::app {

[[nodiscard]] PipelineSettings pipeline_settings(const Options& options);

} // namespace ppsd::app
