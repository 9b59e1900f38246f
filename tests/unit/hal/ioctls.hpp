// What ioctl(2) answers in this program, where a test stands for the device.
#pragma once

#include <optional>

namespace hal::test {

/// One at a time: ioctl() of kernel_pps_test.cpp, which is the whole program's, asks it first.
class Ioctls {
  public:
    Ioctls() { current = this; }
    Ioctls(const Ioctls&) = delete;
    Ioctls& operator=(const Ioctls&) = delete;
    virtual ~Ioctls() { current = nullptr; }

    /// 0 or an errno; nothing: the kernel is asked.
    [[nodiscard]] virtual std::optional<int> answer(unsigned long request, void* argument) = 0;

    static inline Ioctls* current = nullptr;
};

} // namespace hal::test
