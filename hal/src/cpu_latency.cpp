#include "hal/cpu_latency.hpp"

#include "hal/error.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace hal {

namespace {

// As without a request: PM_QOS_CPU_LATENCY_DEFAULT_VALUE in Linux' include/linux/pm_qos.h.
constexpr std::int32_t no_limit = 2'000'000'000;

bool ask_for(std::int32_t us, const UniqueFd& fd) noexcept {
    return ::write(fd.get(), &us, sizeof us) == sizeof us;
}

} // namespace

CpuLatency::CpuLatency(int us, const char* device)
    : us_{us}, fd_{::open(device, O_WRONLY | O_CLOEXEC)} {
    if (fd_ && ask_for(no_limit, fd_)) return;
    const int err = errno;
    throw DeviceError(
        fmt::format("cpu-latency = {}: {}", us, device), err,
        err == ENOENT
            ? "this machine can't be told: set cpu-latency = none"
            : "run it as root, or give the device to the group gpio as ppsd's udev rule does");
}

void CpuLatency::hold(bool wanted) noexcept {
    if (std::exchange(held_, wanted) != wanted) ask_for(wanted ? us_ : no_limit, fd_);
}

} // namespace hal
