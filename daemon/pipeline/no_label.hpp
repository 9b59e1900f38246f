// Why the receiver's output makes no labels, and what to do about it.
#pragma once

#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/other_protocols.hpp"
#include "daemon/pipeline/counters.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

struct NoLabel {
    /// What stands in the way, the nearest to a label first.
    enum class Reason : std::uint8_t {
        none,              ///< there was a label
        no_leap_count,     ///< the receiver says that it has not received it
        no_fix,            ///< a sentence says so: which, is in `sentence`
        two_dates,         ///< RMC and ZDA of one time differ
        two_seconds,       ///< two sentences name two times at once
        fix_unsaid,        ///< ZDA alone
        changing_fraction, ///< no whole seconds, and no fraction that stays
        no_date,           ///< GGA, GNS or GLL alone; or a date before 2000
        no_time,           ///< the field is empty
        malformed,         ///< fields that can't be read
        too_early,         ///< a time is named in two bursts
        no_checksum,       ///< the lines end without one
        not_needed,        ///< sentences, but none that tells a time
        other_protocol,    ///< no sentence, but packets of `protocol`
        damaged,           ///< sentences with wrong checksums, or pieces of them
        no_sentence,       ///< bytes that are nothing known
        few_bytes,         ///< so few that there may be no whole sentence among them
        no_bytes,
        count_
    };
    Reason reason{Reason::no_bytes};
    std::optional<nmea::Protocol>
        protocol;                   ///< the binary one that is on the line, whatever the reason
    std::array<char, 8> sentence{}; ///< no_fix: "GLRMC", with a zero behind it
};

/// "no-checksum"
[[nodiscard]] std::string_view name(NoLabel::Reason reason) noexcept;

/// A sentence for the log, without a full stop: what is heard, and what would help.
[[nodiscard]] std::string explanation(const NoLabel& why);

/// "GLRMC", with a zero behind it: for NoLabel::sentence, of an event that is no_fix.
[[nodiscard]] std::array<char, 8> sentence_name(const nmea::Event& event) noexcept;

/// What was counted lately: of sentences and epochs (used: sentences that were read), of packets'
/// beginnings, and of labels and bytes. (sentence is left empty.)
[[nodiscard]] NoLabel why_no_label(const NmeaCounters& sentences, const ProtocolCounters& packets,
                                   std::uint64_t labels, std::uint64_t bytes) noexcept;

} // namespace ppsd::app
