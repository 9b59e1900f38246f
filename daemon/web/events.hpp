// What happened between two snapshots. Pure.
#pragma once

#include "daemon/observe/series.hpp"
#include "daemon/web/snapshot.hpp"

#include <optional>
#include <vector>

namespace ppsd::web {

/// In the order in which they are told. before: nothing at the start, of which nothing is told but
/// the state.
[[nodiscard]] std::vector<Event> events_between(const std::optional<Snapshot>& before,
                                                const Snapshot& now);

} // namespace ppsd::web
