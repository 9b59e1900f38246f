// What needs root before a daemon without rights can run.
#pragma once

#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"

#include <cstdint>

namespace ppsd::app {

/// Which units root prepares.
enum class Prepared : std::uint8_t {
    all, ///< 0 and 1, so that nobody else can be the first to make them
    used ///< those of them that the options use
};

/// Makes segments and locks of units 0 and 1, for group "ppsd" to write to, and removes what others
/// made there (ntpdshm/prepare.hpp). Throws ntpdshm::SegmentError for a unit that the options use;
/// of another it is a warning.
void prepare_units(const Options& options, Prepared which, const Log& log);

} // namespace ppsd::app
