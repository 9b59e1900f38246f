// /metrics: what Prometheus collects (prometheus.io, "Exposition formats" and "Metric and label
// naming"). Pure. What chrony_exporter says of chronyd is left to it.
#pragma once

#include "daemon/web/snapshot.hpp"

#include <string>

namespace ppsd::web {

/// history_writable: whether the history reaches the disk.
[[nodiscard]] std::string metrics_body(const Snapshot& snapshot, bool history_writable);

} // namespace ppsd::web
