#include "daemon/discipline/verdict.hpp"

#include <array>

namespace ppsd::discipline {

std::string_view name(Verdict verdict) noexcept {
    static constexpr std::array<std::string_view, verdict_count> names{
        "used",       "trailing",   "glitch",   "off-beat",         "one-polarity", "square",
        "stale-generation", "out-of-order", "unlocked", "straddling", "no-pulse",   "mismatch",
        "leap-second", "repeated",  "no-fix",   "too-late",         "clock-stepped"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace ppsd::discipline
