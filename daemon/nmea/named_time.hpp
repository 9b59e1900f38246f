// What the sentences say about one time.
#pragma once

#include "daemon/nmea/sentence.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::nmea {

struct NamedTime {
    TimeOfDay time;
    hal::Stamp arrival;               ///< of the first sentence that names it
    std::uint8_t types{0};            ///< that name it, a bit for each
    std::optional<Date> date;         ///< the first one, of a sentence that doesn't say "no fix"
    Type dated_by{Type::other};       ///< RMC if it is among those that do
    bool two_dates{false};            ///< another one differs
    Talkers fix{0};                   ///< who says that there is one
    Talkers no_fix{0};                ///< who says that there is none
    std::optional<Sentence> first_no; ///< the first sentence that says so

    /// Of this time, or of none: a sentence without a time counts only if it says "no fix".
    void add(const Sentence& sentence);

    [[nodiscard]] bool named_by(Type type) const;
    [[nodiscard]] bool named_only_by(Type type) const;
    /// RMC or ZDA if it dates the time or, without a date, names it; else other.
    [[nodiscard]] Type dating_type() const;

    /// "No fix" stands. One constellation's doesn't where another's sentence of the same time says
    /// that there is one: GLRMC may have none while GPRMC has. (The risk: a receiver whose sole
    /// constellation with a fix is one that it should not believe.) `also`: talkers to be counted
    /// as if they had said that there is one.
    [[nodiscard]] bool denied(Talkers also = 0) const;

    /// no_fix, two_dates, no_date, fix_unsaid; or used: it can be a label.
    [[nodiscard]] Verdict verdict() const;
};

} // namespace ppsd::nmea
