// A command line, for Boost.Program_options, with errors of our own.
#pragma once

#include <boost/program_options.hpp>

#include <string>
#include <vector>

namespace ppsd::app {

/// positional: the option that gets what stands alone on the line; nullptr: nothing may.
/// Throws hal::UsageError naming what is wrong, and the nearest option for an unknown one;
/// abbreviations are not guessed.
[[nodiscard]] boost::program_options::variables_map
parse_arguments(const std::vector<std::string>& arguments,
                const boost::program_options::options_description& known, const char* positional);

} // namespace ppsd::app
