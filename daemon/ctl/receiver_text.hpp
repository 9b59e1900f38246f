// What `ppsctl receiver` prints.
#pragma once

#include "daemon/setup/receivers/session.hpp"

#include <string>

namespace ppsd::app {

/// What is known of it: for people, and as one JSON object.
[[nodiscard]] std::string receiver_text(const receivers::Known& known, const std::string& port);
[[nodiscard]] std::string receiver_json(const receivers::Known& known, const std::string& port);

/// Each change with what was before, what was refused with what holds, and what to do next; planned
/// ones as what would be. A line each.
[[nodiscard]] std::string outcome_text(const receivers::Known& known,
                                       const receivers::Outcome& outcome);

} // namespace ppsd::app
