// A plan for a person.
#pragma once

#include "daemon/setup/plan.hpp"

#include <string>

namespace ppsd::app {

/// "" if there is nothing to change and nothing to say. With the lines that a file loses and gets.
[[nodiscard]] std::string plan_text(const Plan& plan, const Facts& facts);

} // namespace ppsd::app
