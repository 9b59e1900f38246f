// Facts as JSON, both ways.
#pragma once

#include "daemon/setup/facts.hpp"

#include <string>

namespace ppsd::app {

/// One object, indented. All keys are always there; what is not known is null or empty.
[[nodiscard]] std::string facts_json(const Facts& facts);

/// What facts_json() wrote; keys that aren't there have their defaults. Throws hal::UsageError for
/// what is no JSON, or of other types.
[[nodiscard]] Facts parse_facts(const std::string& json);

} // namespace ppsd::app
