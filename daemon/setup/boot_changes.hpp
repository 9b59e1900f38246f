// What keeps a receiver's port or a pulse's line from being seen, and how a board is told
// otherwise.
#pragma once

#include "daemon/setup/plan_draft.hpp"

namespace ppsd::app {

/// Who holds a port is stopped, and then all is looked at anew; else the UART on the board's pins
/// is connected. named: the user says that the receiver is there, so that what others send is no
/// reason to leave it.
void free_the_port(PlanDraft& draft, bool named);

/// pps-gpio, or a BeagleBone's universal cape, gives the line back.
void free_the_line(PlanDraft& draft);

} // namespace ppsd::app
