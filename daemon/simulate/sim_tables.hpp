// What tests/sim/README.md says of faults, limits and keys, from their rows. It is committed there,
// and written anew by build/default/bin/option_texts --write.
#pragma once

#include "daemon/settings/option_texts.hpp"

#include <string>

namespace ppsd::app {

/// Faults, limits and keys with unit, default and meaning, without the first table's head.
[[nodiscard]] std::string sim_tables();

/// Where they are committed: at the end of the README.
inline constexpr GeneratedPart sim_tables_part{"tests/sim/README.md",
                                               "| fault | means |\n|---|---|\n", "", sim_tables};

} // namespace ppsd::app
