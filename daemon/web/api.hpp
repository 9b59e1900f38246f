// The bodies of /api/v1/…: JSON and CSV, as ppsd-web(8) documents them. Pure.
#pragma once

#include "daemon/observe/curve.hpp"
#include "daemon/observe/deviation.hpp"
#include "daemon/observe/series.hpp"
#include "daemon/web/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ppsd::web {

/// Numbers have six digits, which is what a plot can show; what is not known is null.
[[nodiscard]] std::string status_body(const Snapshot& snapshot, std::int64_t since,
                                      const std::string& storage_problem);
[[nodiscard]] std::string history_body(const Curve& curve, const std::vector<Series>& wanted);
[[nodiscard]] std::string history_csv(const Curve& curve, const std::vector<Series>& wanted);
[[nodiscard]] std::string events_body(const std::vector<Event>& events, bool more);
[[nodiscard]] std::string event_body(const Event& event);
/// Of the offsets, in at most 60 bins from the 0.1 % to the 99.9 % of them; the rest is in the
/// outer bins.
[[nodiscard]] std::string histogram_body(const Trace& trace);
[[nodiscard]] std::string deviation_body(const Trace& trace);
[[nodiscard]] std::string point_body(const Point& point, const Snapshot& snapshot);
[[nodiscard]] std::string error_body(const std::string& text);

} // namespace ppsd::web
