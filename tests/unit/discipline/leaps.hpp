// Lists of leap seconds, for the discipline's tests.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/pipeline/leap_list.hpp"

#include <cstdint>
#include <string>

namespace ppsd::discipline {

inline constexpr std::int64_t july_2025 = 1'751'328'000; // 2025-07-01T00:00:00Z

/// A list, valid until 2026-10-03, on which that happens at the end of June 2025.
inline LeapTable table_with(Leap at_june_end) {
    constexpr auto head = "#@ 4000000000\n2272060800 10\n"; // until 2026-10-03; 1972-01-01
    constexpr auto june = "3960316800 ";                    // 2025-07-01
    std::string text{head};
    if (at_june_end != Leap::none) text += june;
    if (at_june_end == Leap::inserted) text += "11\n";
    if (at_june_end == Leap::deleted) text += "9\n";
    return ppsd::app::parse_leap_list(text).value();
}

} // namespace ppsd::discipline
