#include "daemon/nmea/verdict.hpp"

#include <array>

namespace ppsd::nmea {

std::string_view name(Verdict verdict) noexcept {
    static constexpr std::array<std::string_view, verdict_count> names{
        "used",      "bad-checksum",     "no-checksum", "too-long",          "bad-character",
        "cut-short", "unknown-sentence", "malformed",   "no-time",           "no-date",
        "no-fix",    "no-leap-count",    "fix-unsaid",  "changing-fraction", "two-seconds",
        "too-early", "two-dates",        "repeated"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace ppsd::nmea
