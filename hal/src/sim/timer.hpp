// A descriptor that becomes readable at a time of CLOCK_MONOTONIC.
#pragma once

#include "hal/error.hpp"
#include "hal/time.hpp"
#include "hal/unique_fd.hpp"

#include <cerrno>
#include <string>
#include <sys/timerfd.h>

namespace hal::sim {

class Timer {
  public:
    explicit Timer(const std::string& name)
        : fd_{::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)} {
        if (!fd_) throw DeviceError(name, errno, "no timer to be had; look at the limits on files");
    }

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Readable from `t` on, until armed again.
    void arm(MonoTime t) const noexcept {
        constexpr std::int64_t second = 1'000'000'000;
        itimerspec spec{};
        spec.it_value.tv_sec = static_cast<time_t>(t.ns() / second);
        spec.it_value.tv_nsec = static_cast<long>(t.ns() % second);
        ::timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
    }

  private:
    UniqueFd fd_;
};

} // namespace hal::sim
