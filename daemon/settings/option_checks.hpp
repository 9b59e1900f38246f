// Whether options that make sense by themselves make sense together.
#pragma once

#include "daemon/settings/options.hpp"

#include <string_view>

namespace ppsd::app {

/// How the names of sources begin whose time is not this machine's.
inline constexpr std::string_view simulated = "sim:";
inline constexpr std::string_view replayed = "replay:";

/// Throws hal::UsageError where nothing would be published, two times share a unit, or a time that
/// is not this machine's would reach its ntpd or chronyd.
void check_together(const Options& options);

/// Where the command line has one of two forms of an option, and the file the other, the file's is
/// forgotten. Before the settings are set.
void drop_overruled_forms(Options& options);

} // namespace ppsd::app
