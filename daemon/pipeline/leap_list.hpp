// The list of leap seconds that IERS and the IETF publish and tzdata installs.
#pragma once

#include "daemon/discipline/leap_table.hpp"

#include <optional>
#include <string_view>

namespace ppsd::app {

/// leap-seconds.list: lines of "NTP-seconds TAI-UTC", "#@ NTP-seconds" is when it expires; NTP
/// seconds count from 1900-01-01. (Format: the file's own header; NTP era: RFC 5905.)
/// Nothing if the text isn't such a list: no expiry, no entries, not in order, not a second more or
/// less at a time, after the year 2261, or more than 1000 s between TAI and UTC.
[[nodiscard]] std::optional<discipline::LeapTable> parse_leap_list(std::string_view text);

} // namespace ppsd::app
