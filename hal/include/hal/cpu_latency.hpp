// How long processors may take to wake up.
#pragma once

#include "hal/unique_fd.hpp"

namespace hal {

/// As long as the descriptor is open, no processor enters a state that takes longer than so many
/// microseconds to leave (Linux' Documentation/power/pm_qos_interface.rst). The kernel ends that
/// with the process, however that ends. Throws DeviceError. device: for a test.
[[nodiscard]] UniqueFd hold_cpu_latency(int us, const char* device = "/dev/cpu_dma_latency");

} // namespace hal
