// What is well on a machine, what isn't, and the one thing to do about each. Pure.
#pragma once

#include "daemon/setup/evidence.hpp"
#include "daemon/setup/findings.hpp"

#include <vector>

namespace ppsd::app {

/// One or more for each rule, in the order of the way from the configuration to the reader.
[[nodiscard]] std::vector<Finding> check(const Evidence& evidence);

} // namespace ppsd::app
