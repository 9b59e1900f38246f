// CLOCK_MONOTONIC, for backends that have no Clock.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <ctime>

namespace hal {

inline MonoTime mono_now() noexcept {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return MonoTime::from_ns(std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec);
}

} // namespace hal
