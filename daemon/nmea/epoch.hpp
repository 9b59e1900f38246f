// Bursts of sentences to second labels (DESIGN.md, "Which second was it").
#pragma once

#include "daemon/nmea/sentence.hpp"
#include "daemon/nmea/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::nmea {

/// The receiver said which second it is: with a date and a fix.
struct SecondLabel {
    Date date;                    ///< as it was sent: see discipline/rollover
    std::int32_t second_of_day{}; ///< 0 to 86399; 86400 is the leap second 23:59:60
    hal::MonoTime arrival;        ///< of the burst's first sentence that belongs to this second
    Type from{Type::rmc};         ///< rmc, or zda (joined with a fix)
};

/// What a sentence, or the end of a burst, brought about.
struct Event {
    enum class Kind : std::uint8_t {
        label,   ///< a burst is over, and this is its second
        no_fix,  ///< a sentence says so: at once, and once in a burst
        rejected ///< a sentence or a whole burst is not used: see verdict
    };
    Kind kind{Kind::rejected};
    Verdict verdict{Verdict::used}; ///< used for a label
    SecondLabel label;              ///< if kind is label
    // For the debug log:
    Type type{Type::other};         ///< the sentence, or the one that dates the burst
    std::optional<TimeOfDay> time;  ///< what it names
    std::optional<TimeOfDay> other; ///< two_seconds: what the burst names besides
    hal::MonoTime arrival;          ///< of the sentence, or of the burst's first one
};

/// Push every sentence that was parsed (Verdict::used) in order, and pull the events after each:
///
///     epoch.push(sentence, arrival);
///     while (const auto event = epoch.next()) …
///
/// A burst is what the receiver sends about one second. It ends when the line falls silent
/// (end_burst) or, with no look at the clock, at a sentence whose type was in this burst already
/// and now names another time. So recordings, which hold no silence, give the same labels as the
/// line.
class Epoch {
  public:
    void push(const Sentence& sentence, hal::MonoTime arrival);

    /// The line is silent: the burst is over. Nothing happens if none is open.
    void end_burst();

    /// What push() or end_burst() brought about, oldest first.
    [[nodiscard]] std::optional<Event> next();

    /// A burst is under way: something may come of end_burst().
    [[nodiscard]] bool open() const;
};

} // namespace ppsd::nmea
