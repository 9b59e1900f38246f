// ppsctl feed: a clock that is wrong by a known amount, for trying out a reader.
#pragma once

#include "hal/time.hpp"

#include <ntpdshm/layout.hpp>

#include <cstdio>
#include <optional>

namespace ppsd::app {

struct FeedOptions {
    int unit = 2;
    hal::Nanos offset{0};      ///< the fed clock minus the system's: -1 s is a second behind
    std::optional<long> count; ///< samples before it ends; nothing: until SIGINT or SIGTERM
    int precision = -20;       ///< log2 s
    int leap = 0;              ///< 0 to 3
    ntpdshm::LayoutChoice layout = ntpdshm::LayoutChoice::automatic;
};

/// Publishes once a second, in the middle of it, and prints a row for each to out. Returns the exit
/// code. Throws ntpdshm::SegmentError while opening, and hal::UsageError if the time doesn't fit
/// the layout. It is the unit's only writer: a unit that ppsd writes to is refused (EBUSY).
int run_feed(const FeedOptions& options, std::FILE* out);

} // namespace ppsd::app
