// Samples for outputs.
#pragma once

#include "daemon/pipeline/output.hpp"

namespace ppsd::app::test {

/// Of that second; the clock is `ahead` ns ahead of it.
inline Sample sample(std::int64_t second, std::int64_t ahead = -123'456'789) {
    return {hal::UtcSecond::from_posix(second),
            hal::RealTime::from_ns(second * 1'000'000'000 + ahead), 2, -17};
}

} // namespace ppsd::app::test
