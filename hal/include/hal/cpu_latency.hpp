// How long processors may take to wake up.
#pragma once

#include "hal/unique_fd.hpp"

namespace hal {

/// While it is held, no processor enters a state that takes longer than so many microseconds to
/// leave (Linux' Documentation/power/pm_qos_interface.rst). The kernel ends that with the process,
/// however that ends.
class CpuLatency {
  public:
    /// Not held yet. Throws DeviceError. device: for a test.
    explicit CpuLatency(int us, const char* device = "/dev/cpu_dma_latency");

    /// Held or not from now on. What the kernel says to that is of no use: it said yes at first.
    void hold(bool wanted) noexcept;

  private:
    int us_;
    bool held_ = false;
    UniqueFd fd_; ///< stays open, since who has given root's rights up can't open it again
};

} // namespace hal
