// The debug log's line about a label that was not used.
#pragma once

#include "daemon/discipline/labeller.hpp"
#include "daemon/text/log.hpp"

namespace ppsd::app {

inline void log_unused_label(const Log& log, const discipline::Label& label,
                             const discipline::Labeller::Outcome& outcome) {
    if (outcome.verdict == discipline::Verdict::used) return;
    log.line(LogLevel::debug, "label {} at {} ns: {}, {} ns after the pulse it names",
             label.second.posix(), label.arrival.ns(), name(outcome.verdict),
             outcome.delay.count());
}

} // namespace ppsd::app
