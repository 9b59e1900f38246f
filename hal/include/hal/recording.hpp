// The flight recorder's text format: lines to values and back. hal/recording.md describes it. Pure.
#pragma once

#include "hal/clock.hpp"
#include "hal/feed.hpp"
#include "hal/input.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hal::recording {

/// What is written. Version 1 is read, too: it has the oscillator only at pulses, after their
/// edges.
inline constexpr unsigned version = 2;
inline constexpr unsigned oldest_version = 1;

/// What the first line of every recording begins with.
inline constexpr std::string_view magic = "ppsd-recording ";

// The head, at the beginning of each part.

/// Begins a part. A run of ppsd is recorded in parts 0, 1, 2 …: part n + 1 goes on where part n
/// ends; where a number is missing, something could not be written.
struct Begin {
    std::int64_t run = 0; ///< CLOCK_REALTIME at its start, ns: distinguishes runs
    std::uint64_t part = 0;
    unsigned format = version; ///< of the part's lines
    friend bool operator==(const Begin&, const Begin&) = default;
};
/// The version of the program that wrote it, for people.
struct Program {
    std::string_view version;
    friend bool operator==(const Program&, const Program&) = default;
};
/// An option as on the command line.
struct Option {
    std::string_view key; ///< without spaces
    std::string_view value;
    friend bool operator==(const Option&, const Option&) = default;
};
/// A line of the leap-seconds.list in use.
struct LeapLine {
    std::string_view text;
    friend bool operator==(const LeapLine&, const LeapLine&) = default;
};

// What came in, in the order in which the pipeline got it: Input. A NewLeapList is its line and the
// LeapLines that follow; what is parsed has no text. A SimulatedLabel isn't written.

// What the pipeline read from its clock: written when the answer is another one than before. `call`
// counts the questions of this kind since the last line of what came in: answers before it were
// the former one.

struct OffsetRead {
    ClockOffset offset;
    std::uint32_t call = 0;
    friend bool operator==(const OffsetRead&, const OffsetRead&) = default;
};
struct SyncRead {
    bool synchronised = false;
    std::uint32_t call = 0;
    friend bool operator==(const SyncRead&, const SyncRead&) = default;
};

// What went out.

struct Published {
    Feed feed = Feed::pps;
    UtcSecond clock;
    RealTime receive;
    int leap = 0;      ///< 0 to 3
    int precision = 0; ///< log2 seconds, -128 to 127
    bool accepted = true;
    friend bool operator==(const Published&, const Published&) = default;
};
/// What lay unread was taken back from the outputs that can.
struct TakenBack {
    Feed feed = Feed::pps;
    friend bool operator==(const TakenBack&, const TakenBack&) = default;
};

/// Why a line can't be read, and what to do about it, as words for a message.
struct Malformed {
    std::string_view why;
    std::string_view advice = "if nothing good follows, cut the file off before this line";
};

using Line = std::variant<Malformed, Begin, Program, Option, LeapLine, Input, OffsetRead, SyncRead,
                          Published, TakenBack>;

/// Appends the line, its end included. A Malformed appends nothing.
void append(std::string& text, const Line& line);

/// What came in, if the line says so, and if it is that; else nullptr.
template <class Kind>
[[nodiscard]] const Kind* came_in(const Line& line) noexcept {
    const auto* input = std::get_if<Input>(&line);
    return input ? std::get_if<Kind>(input) : nullptr;
}

/// Appends a LeapLine for each line of a leap-seconds.list that is no comment.
void append_leap_lines(std::string& text, std::string_view list);

/// Reads a line (without its end). What the result refers to lies in `line` or in `storage`, and
/// stays until either changes. Strict: one space between fields, and nothing after the last.
[[nodiscard]] Line parse(std::string_view line, std::string& storage);

} // namespace hal::recording
