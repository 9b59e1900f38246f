// The debug log's line about a label that was not used.
#pragma once

#include "daemon/discipline/timekeeper.hpp"
#include "daemon/text/log.hpp"

namespace ppsd::app {

inline void log_unused_label(const Log& log, const discipline::Label& label,
                             const discipline::Timekeeper::Outcome& outcome) {
    if (outcome.verdict == discipline::Verdict::used) return;
    log.line(LogLevel::debug, "label {} at {} ns: {}, {} ns later than usual", label.second.posix(),
             label.arrival.mono.ns(), name(outcome.verdict), outcome.off.count());
}

} // namespace ppsd::app
