// What became of a sentence, or of what was said about one time. Each has a name, a counter in the
// pipeline, and its numbers in the debug log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ppsd::nmea {

enum class Verdict : std::uint8_t {
    used, ///< a sentence that was read; a time that made a label
    // the framer's: a '$' and two capital letters, but no sentence
    bad_checksum,  ///< the two digits aren't the sum, or aren't digits, or no line end follows them
    no_checksum,   ///< the line ended without one
    too_long,      ///< more than max_text characters
    bad_character, ///< a control character, or one beyond ASCII
    cut_short,     ///< a '$' inside: the rest was lost, and another sentence begins
    // the parser's
    unknown_sentence, ///< a type that tells no time; no error
    malformed,        ///< a field that can't be read, or names no time or date that exists
    // the epoch's
    no_time,           ///< a sentence with an empty time
    no_date,           ///< a time without a date, or with one before 2000
    no_fix,            ///< the receiver says that it doesn't know
    no_leap_count,     ///< the receiver says that it has not received the count of leap seconds yet
    fix_unsaid,        ///< a date and a time, but no sentence that says there is a fix (ZDA alone)
    changing_fraction, ///< neither a whole second nor the same point in the second as before
    two_seconds,       ///< the receiver names two times at once
    too_early,         ///< a sentence in the middle of a burst names the next burst's time
    two_dates,         ///< the sentences of one time name two dates
    repeated,          ///< ppsctl labels: a second that was labelled before
    count_
};

inline constexpr std::size_t verdict_count = static_cast<std::size_t>(Verdict::count_);

/// The name in logs and counters: "bad-checksum".
[[nodiscard]] std::string_view name(Verdict verdict) noexcept;

} // namespace ppsd::nmea
