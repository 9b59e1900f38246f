#include "daemon/discipline/verdict.hpp"

#include <array>

namespace ppsd::discipline {

std::string_view name(Verdict verdict) noexcept {
    static constexpr std::array<std::string_view, verdict_count> names{
        "used",        "trailing",     "undecided",        "one-polarity",
        "square",      "glitch",       "off-beat",         "late-edge",
        "noisy",       "out-of-order", "stale-generation", "read-late",
        "locking",     "straddling",   "no-pulse",         "mismatch",
        "leap-second", "contradicted", "too-late",         "clock-stepped",
        "unsayable"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace ppsd::discipline
