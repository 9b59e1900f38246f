// What became of a sentence, or of what was said about one time. Each has a name, a counter in the
// pipeline, and its numbers in the debug log.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ppsd::nmea {

/// A row each: the enumerator, its name in logs and counters, and what it means, for the manual.
#define PPSD_NMEA_VERDICTS(ROW)                                                                    \
    ROW(used, "used", "a sentence that was read; a time that made a label")                        \
    ROW(bad_checksum, "bad-checksum", "the checksum is wrong, or no line end follows it")          \
    ROW(no_checksum, "no-checksum", "the line ended without one")                                  \
    ROW(too_long, "too-long", "more characters than a sentence may have")                          \
    ROW(bad_character, "bad-character", "a control character, or one beyond ASCII")                \
    ROW(cut_short, "cut-short", "another sentence begins in its middle: the rest was lost")        \
    ROW(unknown_sentence, "unknown-sentence", "a sentence that is not needed")                     \
    ROW(malformed, "malformed", "a field that can't be read, or a time that doesn't exist")        \
    ROW(no_time, "no-time", "its time is empty")                                                   \
    ROW(no_date, "no-date", "a time without a date, or with one before 2000")                      \
    ROW(no_fix, "no-fix", "the receiver says that it has no fix")                                  \
    ROW(no_leap_count, "no-leap-count", "the receiver doesn't know the leap seconds yet")          \
    ROW(fix_unsaid, "fix-unsaid", "a date and a time, but nothing says that there is a fix")       \
    ROW(changing_fraction, "changing-fraction", "not at the same point of the second as before")   \
    ROW(two_seconds, "two-seconds", "the receiver names two times at once")                        \
    ROW(too_early, "too-early", "it names the time of the next burst in the middle of this one")   \
    ROW(two_dates, "two-dates", "the sentences of one time name two dates")                        \
    ROW(repeated, "repeated", "ppsctl labels: a second that was labelled before")

#define PPSD_ROW(verdict, name, meaning) verdict,
enum class Verdict : std::uint8_t { PPSD_NMEA_VERDICTS(PPSD_ROW) count_ };
#undef PPSD_ROW

inline constexpr std::size_t verdict_count = static_cast<std::size_t>(Verdict::count_);

struct VerdictText {
    std::string_view name; ///< "bad-checksum"
    std::string_view meaning;
};

#define PPSD_ROW(verdict, name, meaning) VerdictText{name, meaning},
inline constexpr std::array verdict_texts{PPSD_NMEA_VERDICTS(PPSD_ROW)};
#undef PPSD_ROW

[[nodiscard]] constexpr const VerdictText& text(Verdict verdict) noexcept {
    return verdict_texts[static_cast<std::size_t>(verdict)];
}
[[nodiscard]] constexpr std::string_view name(Verdict v) noexcept {
    return text(v).name;
}

} // namespace ppsd::nmea
