// ppsctl replay: a flight recorder's file through the daemon's own pipeline, in virtual time.
#pragma once

#include "daemon/text/log.hpp"

#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ppsd::app {

struct Turn;
class ReplayStation;

struct ReplayOptions {
    std::string file;
    bool check = false; ///< compare with what went out then, instead of printing
    bool json = false;
    std::string write; ///< empty, or where the recording goes with what goes out now
    /// Options of ppsd's instead of the recorded ones: "what if".
    std::vector<std::pair<std::string, std::string>> instead;
    std::string leap_file; ///< empty: the recorded list
    LogLevel log_level = LogLevel::error;
    /// Is shown each turn, after what it did; then no sample is printed.
    std::function<void(const Turn&, const ReplayStation&)> look = {};
};

/// Prints each sample to out, or the first difference. As recorded, the pipeline does what is due
/// when it did so then; with `instead`, `leap_file` or `write`, also where the recording has no
/// tick at the pipeline's deadline. Gives the exit code: 1 for a difference. Throws
/// hal::DeviceError for files that can't be read or written, hal::UsageError for a line or an
/// option that makes no sense.
int run_replay(const ReplayOptions& options, std::FILE* out, std::FILE* notes);

} // namespace ppsd::app
