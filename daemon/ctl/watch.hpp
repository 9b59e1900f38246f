// ppsctl watch: the segments as their readers see them.
#pragma once

#include <ntpdshm/layout.hpp>

#include <cstdio>
#include <optional>
#include <vector>

namespace ppsd::app {

struct WatchOptions {
    std::vector<int> units;        ///< empty: all that exist
    std::optional<long> count;     ///< samples to show before it ends
    std::optional<double> seconds; ///< how long to watch
    ntpdshm::LayoutChoice layout = ntpdshm::LayoutChoice::automatic;
};

/// Prints a row to out for each sample that appears, until count, seconds, SIGINT or SIGTERM, and
/// lines that begin with '#' about the segments and their readers. Changes nothing in the
/// segments, so it may watch beside ntpd and chronyd. Units that don't exist yet are waited for.
/// To notes goes one line for each unit that can't be read. Returns the exit code: 0 if there was
/// a sample, else 1.
[[nodiscard]] int run_watch(const WatchOptions& options, std::FILE* out, std::FILE* notes);

} // namespace ppsd::app
