// "key = value" lines, for Boost.Program_options, with errors that say where.
#pragma once

#include "daemon/settings/problems.hpp"

#include <boost/program_options.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

struct ConfigFile {
    boost::program_options::parsed_options options; ///< for boost::program_options::store()
    std::map<std::string, std::string> places;      ///< by key: "/etc/ppsd.conf:7", for messages
};

/// Reads a configuration file. '#' begins a comment. What is wrong with a line is a problem that
/// names the file, the line, and the nearest known key for an unknown one. Throws hal::DeviceError
/// if it can't be read, is no regular file, or has more than 1 MiB.
[[nodiscard]] ConfigFile read_config_file(const std::string& path,
                                          const boost::program_options::options_description& known,
                                          Problems& problems);

/// The word nearest to `word` by edit distance, if it is near enough to be meant; else empty.
[[nodiscard]] std::string nearest_word(std::string_view word,
                                       const std::vector<std::string>& words);

/// The long names of the options.
[[nodiscard]] std::vector<std::string>
names_of(const boost::program_options::options_description& known);

/// " (did you mean X?)", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& words);

} // namespace ppsd::app
