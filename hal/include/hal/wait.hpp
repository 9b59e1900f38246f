// To wait for several sources at once.
#pragma once

#include "hal/time.hpp"

#include <span>

namespace hal {

/// Until one of the descriptors is readable or hung up, a signal comes, or so much time is over.
void wait_readable(std::span<const int> fds, Nanos longest);

} // namespace hal
