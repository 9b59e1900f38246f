// Lists of leap seconds for tests.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/pipeline/leap_list.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

namespace ppsd::app::test {

/// As it was from 2015 to 2017 (3692217600 is 2017-01-01), but that it expires on 2026-12-30.
inline const std::string list_2017 = "#@\t4007577600\n3644697600 36\n3692217600 37\n";

/// A leap-seconds.list with one leap second, at the end of the month that ends at `end`: change is
/// 1 (inserted) or -1 (deleted).
inline std::string leap_list_text(hal::UtcSecond end, int change, hal::UtcSecond expires) {
    constexpr std::int64_t ntp = 2'208'988'800; // 1900 to 1970 (RFC 5905)
    return fmt::format("#@ {}\n{} 37\n{} {}\n", expires.posix() + ntp, 1483228800 + ntp,
                       end.posix() + ntp, 37 + change);
}

inline discipline::LeapTable leap_list(hal::UtcSecond end, int change, hal::UtcSecond expires) {
    const auto table = ppsd::app::parse_leap_list(leap_list_text(end, change, expires));
    REQUIRE(table);
    return *table;
}

} // namespace ppsd::app::test
