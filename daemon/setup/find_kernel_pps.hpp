// The kernel's PPS devices.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/machine_files.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ppsd::app {

/// What /sys/class/pps/ppsN/assert says (Linux, Documentation/ABI/testing/sysfs-pps):
/// "1331585612.123456789#1234".
struct PpsEvent {
    double seconds = 0;
    std::uint64_t sequence = 0;
};
[[nodiscard]] std::optional<PpsEvent> parse_pps_event(const std::string& text);

/// Their last events, looked at twice, some seconds apart.
class KernelPpsWatch {
  public:
    explicit KernelPpsWatch(const hal::MachineFiles& files);
    [[nodiscard]] std::vector<KernelPpsFacts> facts() const;

  private:
    struct Device {
        std::string name; ///< "pps0"
        std::optional<PpsEvent> first;
    };
    const hal::MachineFiles& files_;
    std::vector<Device> devices_;
};

} // namespace ppsd::app
