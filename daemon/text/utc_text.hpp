// Times for people.
#pragma once

#include <cstdint>
#include <string>

namespace ppsd::app {

/// "2026-11-22T10:00:05Z", or with that many decimals (0 to 9, cut off) "2026-11-22T10:00:05.25Z".
/// ns: since 1970 as POSIX counts.
[[nodiscard]] std::string utc_text(std::int64_t ns, int decimals);

} // namespace ppsd::app
