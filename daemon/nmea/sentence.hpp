// One sentence's text to what it says about time, date and fix.
// Field layouts: NMEA 0183 4.11 chapter 6; u-blox M8 protocol specification (UBX-13003221) 31.
#pragma once

#include "daemon/nmea/verdict.hpp"
#include "hal/time.hpp"

#include <array>
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

/// By how much `a` is later than `b`, if they are less than half a day apart: midnight is passed
/// over. 23:59:60 and 00:00:00 count as the same.
[[nodiscard]] hal::Nanos later_by(const TimeOfDay& a, const TimeOfDay& b) noexcept;

/// A date that exists. Nothing is pivoted here: that is nmea/rollover.
struct Date {
    int year{};            ///< as it was sent: 0 to 79, or 2000 to 2199
    int month{};           ///< 1 to 12
    int day{};             ///< 1 to 31
    bool two_digit_year{}; ///< the year is 0 to 79 of an unsaid century
    friend bool operator==(const Date&, const Date&) = default;
};

/// The last three characters of the address, whatever the talker before them.
enum class Type : std::uint8_t { rmc, zda, gga, gns, gll, pubx04, other };
/// Types that carry a time.
inline constexpr auto timed_types = static_cast<std::size_t>(Type::other);

/// "RMC", "ZDA", …; "other".
[[nodiscard]] std::string_view name(Type type) noexcept;

/// Whether it begins as a sentence does that names a time; the rest may be damaged.
[[nodiscard]] bool begins_as_timed(std::string_view text) noexcept;

/// What a sentence says about there being a fix. A position that was entered by hand (GGA quality
/// 7, mode M) is a fix: a base station at a surveyed position computes the time alone. The risk: a
/// receiver that lost all satellites may go on to say so, and its time is then its crystal's. GGA
/// and GNS say how many satellites are used: with quality 7 or mode M and none, it is no fix.
enum class Fix : std::uint8_t {
    unsaid, ///< ZDA; or the field is empty
    yes,
    no ///< also estimated (dead reckoning) and simulated positions: no measured time
};

/// Talkers, a bit each: GN and all that name no one constellation are `combined`.
using Talkers = std::uint8_t;
inline constexpr Talkers combined = 1;

/// The bit of a talker ("GP", "GL", "GA", "GB" or "BD", "GQ" or "QZ", "GI"), or combined.
[[nodiscard]] Talkers talker_bit(std::string_view talker) noexcept;

struct Sentence {
    Type type{Type::other};
    std::optional<TimeOfDay> time; ///< nothing: the field is empty
    std::optional<Date> date;      ///< nothing: the field is empty, or the type has none
    Fix fix{Fix::unsaid};
    std::array<char, 2> talker{'G', 'N'};
};

struct Parsed {
    Verdict verdict{Verdict::unknown_sentence}; ///< used, unknown_sentence or malformed
    Sentence sentence;                          ///< for Epoch::push if it is used
};

/// text: what stands between $ and *, e.g. "GPRMC,161229.487,A,…". Proprietary sentences ("P…")
/// are unknown ones. A date before 2000 is none: receivers that have not received the week number
/// count from GPS week 0 (1980) or 1024 (1999), and some call that valid. A sentence that says "no
/// fix" is used even if its time or date is garbage (receivers that don't know send 000000): it
/// then has none.
[[nodiscard]] Parsed parse(std::string_view text) noexcept;

} // namespace ppsd::nmea
