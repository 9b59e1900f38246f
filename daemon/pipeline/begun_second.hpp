// When the second that a label names began, by the sentences alone: what unit 0 publishes.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/discipline/timekeeper.hpp"

#include <optional>

namespace ppsd::app {

/// How late sentences are, as far as anybody knows.
struct SentenceDelay {
    std::optional<hal::Nanos> learned; ///< from pulses
    std::optional<hal::Nanos> told;    ///< by the user
    bool can_be_learned = false;       ///< pulses have come
};

/// Nothing if it isn't known: the label doesn't agree, comes at an unusual time or together with
/// the one before it, stands for a leap second or a deleted one, or pulses have yet to tell how
/// late sentences are.
[[nodiscard]] std::optional<discipline::LabelledPulse>
begun_second(const discipline::Label& label, const discipline::Timekeeper::Outcome& outcome,
             const SentenceDelay& delay, const discipline::LeapTable& leaps) noexcept;

} // namespace ppsd::app
