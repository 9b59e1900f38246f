// The NTP daemon that reads what ppsd publishes.
#pragma once

#include "daemon/setup/plan_draft.hpp"

namespace ppsd::app {

/// The one that runs; else the one that is installed; else chrony, and then all is looked at anew.
void configure_reader(PlanDraft& draft);

} // namespace ppsd::app
