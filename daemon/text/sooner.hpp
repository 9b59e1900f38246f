// Of several deadlines the first.
#pragma once

#include "hal/time.hpp"

#include <optional>

namespace ppsd::app {

/// Makes `deadline` the sooner of both; nothing is never.
inline void sooner(std::optional<hal::MonoTime>& deadline,
                   const std::optional<hal::MonoTime>& other) {
    if (other && (!deadline || *other < *deadline)) deadline = other;
}

} // namespace ppsd::app
