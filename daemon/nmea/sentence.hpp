// One sentence's text to what it says about time, date and fix.
// Field layouts: NMEA 0183 4.11 chapter 6; u-blox M8 protocol specification (UBX-13003221) 31.
#pragma once

#include "daemon/nmea/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace ppsd::nmea {

/// UTC as the receiver says it.
struct TimeOfDay {
    std::int32_t second{}; ///< 0 to 86399 since midnight; 86400 is 23:59:60
    std::int32_t ns{};     ///< 0 to 999999999
    friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};

/// A date that exists. Nothing is pivoted here: that is discipline/rollover.
struct Date {
    int year{};            ///< as it was sent: 0 to 99, or 1980 to 9999
    int month{};           ///< 1 to 12
    int day{};             ///< 1 to 31
    bool two_digit_year{}; ///< the year is 0 to 99 of an unsaid century
    friend bool operator==(const Date&, const Date&) = default;
};

/// The last three characters of the address, whatever the talker before them.
enum class Type : std::uint8_t { rmc, zda, gga, gns, gll, pubx04, other };
/// Types that carry a time.
inline constexpr std::size_t timed_types = 6;

/// "RMC", "ZDA", …; "other".
[[nodiscard]] std::string_view name(Type type) noexcept;

/// What a sentence says about there being a fix.
enum class Fix : std::uint8_t {
    unsaid, ///< ZDA; or the field is empty
    yes,
    no ///< also estimated (dead reckoning), manual and simulated positions: no measured time
};

struct Sentence {
    Type type{Type::other};
    std::optional<TimeOfDay> time; ///< nothing: the field is empty
    std::optional<Date> date;      ///< nothing: the field is empty, or the type has none
    Fix fix{Fix::unsaid};
};

struct Parsed {
    Verdict verdict{Verdict::unknown_sentence}; ///< used, unknown_sentence or malformed
    Sentence sentence;                          ///< for Epoch::push if it is used
};

/// text: what stands between $ and *, e.g. "GPRMC,161229.487,A,…". Proprietary sentences ("P…")
/// are unknown ones. A sentence that says "no fix" is used even if its time or date is garbage
/// (receivers that don't know send 000000): it then has none.
[[nodiscard]] Parsed parse(std::string_view text) noexcept;

} // namespace ppsd::nmea
