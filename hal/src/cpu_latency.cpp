#include "hal/cpu_latency.hpp"

#include "hal/error.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace hal {

UniqueFd hold_cpu_latency(int us, const char* device) {
    UniqueFd fd{::open(device, O_WRONLY | O_CLOEXEC)};
    const std::int32_t wanted = us;
    if (fd && ::write(fd.get(), &wanted, sizeof wanted) == sizeof wanted) return fd;
    const int err = errno;
    throw DeviceError(
        fmt::format("cpu-latency = {}: {}", us, device), err,
        err == ENOENT
            ? "this machine can't be told: set cpu-latency = none"
            : "run it as root, or give the device to the group gpio as ppsd's udev rule does");
}

} // namespace hal
