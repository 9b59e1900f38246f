// ppsctl labels: the second labels in a receiver's recording.
#pragma once

#include "hal/time.hpp"

#include <cstdio>
#include <string>

namespace ppsd::app {

struct LabelsOptions {
    std::string file;          ///< "-" is standard input
    hal::UtcSecond not_before; ///< dates are pivoted to the first match not before it
    bool verbose{false};       ///< say on `notes` what is not used, and why
};

/// Prints to out a line for each second label that the daemon would use, "2015-03-18T17:19:26Z RMC"
/// (ZDA: joined with a fix; "17:19:26.001Z" where the times are no whole seconds), each once, in
/// order of time: so all of it when the input has ended. To notes goes, if verbose, each sentence
/// and epoch that is not used, with its verdict, and the count of each verdict; and always one line
/// if dates were moved by multiples of 1024 weeks, and one that says what would help if there is no
/// label. Returns the exit code 0; throws hal::DeviceError if the file can't be read.
int run_labels(const LabelsOptions& options, std::FILE* out, std::FILE* notes);

} // namespace ppsd::app
