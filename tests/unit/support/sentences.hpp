// Sentences about a UtcSecond.
#pragma once

#include "hal/time.hpp"
#include "tests/unit/support/nmea_text.hpp"

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace ppsd::app::test {

using namespace hal;

/// "hhmmss.00" and "ddmmyy" of a second.
inline std::string time_field(UtcSecond second) {
    const auto of_day = second.posix() % 86400;
    return fmt::format("{:02}{:02}{:02}.00", of_day / 3600, of_day / 60 % 60, of_day % 60);
}
inline std::string date_field(UtcSecond second) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(sys_seconds{seconds{second.posix()}})};
    return fmt::format("{:02}{:02}{:02}", static_cast<unsigned>(date.day()),
                       static_cast<unsigned>(date.month()), static_cast<int>(date.year()) % 100);
}

/// What a receiver says about a second: "$GNRMC,…*hh\r\n".
inline std::string rmc(UtcSecond second, std::string_view status = "A") {
    return nmea::test::seal(nmea::test::rmc_text(time_field(second), date_field(second), status));
}
inline std::string gga(UtcSecond second, std::string_view quality = "1") {
    return nmea::test::seal(nmea::test::gga_text(time_field(second), quality));
}
inline std::string gll(UtcSecond second) {
    return nmea::test::seal(nmea::test::gll_text(time_field(second)));
}

} // namespace ppsd::app::test
