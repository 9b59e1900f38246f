// Which date a receiver means: the century of two-digit years, and receivers whose 10-bit week
// number has rolled over (IS-GPS-200 20.3.3.3.1.1: GPS weeks are sent modulo 1024 = 7168 days).
#pragma once

#include "hal/time.hpp"

#include <cstdint>

namespace ppsd::nmea {

/// A date and time that exist, as a receiver sent them.
struct ReceiverDate {
    int year{};  ///< 1980 to 9999, or 0 to 99 if two_digit_year
    int month{}; ///< 1 to 12
    int day{};   ///< 1 to 31
    bool two_digit_year{};
    std::int32_t second_of_day{}; ///< 0 to 86399; 86400 (23:59:60) gives the POSIX second after it
};

struct ResolvedDate {
    hal::UtcSecond second;
    int rollovers{}; ///< how many times 1024 weeks were added; 0: the date is as it was sent
};

/// The first second not before not_before (the build date) that the receiver can mean.
///
/// A date that is not before it stands as it was sent. Of two-digit years the century is that of
/// the first match not before not_before, if it is less than 1024 weeks after it: a healthy
/// receiver's date is right for 19.6 years from the build, in any century. Else the date is of a
/// receiver past its rollover (or of a build that is too new for the recording): 80 to 99 are 19yy,
/// 00 to 79 are 20yy, and 1024 weeks are added until it is not before not_before.
///
/// A two-digit 29 February is taken to exist: it does in 1980 to 2079.
[[nodiscard]] ResolvedDate resolve(const ReceiverDate& date, hal::UtcSecond not_before) noexcept;

} // namespace ppsd::nmea
