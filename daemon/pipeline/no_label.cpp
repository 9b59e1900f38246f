#include "daemon/pipeline/no_label.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ppsd::app {
namespace {

using Reason = NoLabel::Reason;
using nmea::Verdict;

// One that looks like a packet may be chance.
constexpr std::uint64_t packets_that_tell = 5;
// Two of the longest sentences (NMEA 0183: 82 characters), of which the first is cut.
constexpr std::uint64_t bytes_that_tell = 164;

struct Row {
    Reason reason;
    Verdict verdict;
};

// A sentence that was read and brought nothing about yet (used) is of no row.
constexpr std::array rows{Row{Reason::no_leap_count, Verdict::no_leap_count},
                          Row{Reason::no_fix, Verdict::no_fix},
                          Row{Reason::two_dates, Verdict::two_dates},
                          Row{Reason::two_seconds, Verdict::two_seconds},
                          Row{Reason::fix_unsaid, Verdict::fix_unsaid},
                          Row{Reason::changing_fraction, Verdict::changing_fraction},
                          Row{Reason::no_date, Verdict::no_date},
                          Row{Reason::no_time, Verdict::no_time},
                          Row{Reason::malformed, Verdict::malformed},
                          Row{Reason::too_early, Verdict::too_early},
                          Row{Reason::no_checksum, Verdict::no_checksum},
                          Row{Reason::not_needed, Verdict::unknown_sentence}};

constexpr std::array damages{Verdict::bad_checksum, Verdict::bad_character, Verdict::cut_short,
                             Verdict::too_long};

std::optional<nmea::Protocol> most_frequent(const ProtocolCounters& packets) {
    std::optional<nmea::Protocol> most;
    std::uint64_t count = packets_that_tell - 1;
    for (std::size_t i = 0; i < nmea::protocol_count; ++i) {
        const auto protocol = static_cast<nmea::Protocol>(i);
        if (packets[protocol] <= count) continue;
        count = packets[protocol];
        most = protocol;
    }
    return most;
}

Reason reason_in(const NmeaCounters& sentences, bool packets, std::uint64_t bytes) {
    const auto row =
        std::ranges::find_if(rows, [&](const Row& r) { return sentences[r.verdict] > 0; });
    if (row != rows.end()) return row->reason;
    if (packets) return Reason::other_protocol;
    if (std::ranges::any_of(damages, [&](Verdict v) { return sentences[v] > 0; }))
        return Reason::damaged;
    if (bytes == 0) return Reason::no_bytes;
    return bytes < bytes_that_tell ? Reason::few_bytes : Reason::no_sentence;
}

/// Its name, and what is heard and would help: but of those that explanation() makes.
struct Words {
    Reason reason;
    std::string_view name;
    std::string_view text = {};
};

constexpr std::array words{
    Words{Reason::none, "none", "there are labels"},
    Words{Reason::no_leap_count, "no-leap-count",
          "the receiver has not received the count of leap seconds yet; that takes "
          "up to a quarter of an hour"},
    Words{Reason::no_fix, "no-fix"},
    Words{Reason::two_dates, "two-dates",
          "RMC and ZDA name two dates for one time; wait for the receiver to settle, or let "
          "it send only one of the two"},
    Words{Reason::two_seconds, "two-seconds",
          "two sentences name two times at once; let the receiver send RMC alone"},
    Words{Reason::fix_unsaid, "fix-unsaid",
          "ZDA names the time, but no sentence says that there is a fix; let the receiver "
          "send RMC, or GGA, GNS or GLL besides"},
    Words{Reason::changing_fraction, "changing-fraction",
          "the times are no whole seconds, and their fraction changes; set the receiver's "
          "measurement rate to 1 Hz, aligned to UTC"},
    Words{Reason::no_date, "no-date",
          "there is a time, but no date (or one before 2000, of a receiver that has yet to "
          "learn it); let the receiver send RMC or ZDA, and see the sky for a quarter of an "
          "hour"},
    Words{Reason::no_time, "no-time",
          "the sentences' time is empty; the receiver has not found it yet: look at the "
          "antenna"},
    Words{Reason::malformed, "malformed",
          "the sentences' fields can't be read; ppsctl labels --verbose shows them"},
    Words{Reason::too_early, "too-early",
          "a time is named at the end of one burst and again in the next, so it can't be told when "
          "it "
          "began; let the receiver send RMC alone"},
    Words{Reason::no_checksum, "no-checksum",
          "the sentences have no checksum; let the receiver send it, or set checksum = "
          "optional"},
    Words{Reason::not_needed, "not-needed",
          "there are sentences, but none that tells the time; let the receiver send RMC, or "
          "ZDA with GGA"},
    Words{Reason::other_protocol, "other-protocol"},
    Words{Reason::damaged, "damaged", "the sentences are damaged; look at baud, and at the wire"},
    Words{Reason::no_sentence, "no-sentence", "what comes is no NMEA; look at baud"},
    Words{Reason::few_bytes, "few-bytes", "only a few bytes have come, and no whole sentence"},
    Words{Reason::no_bytes, "no-bytes", "nothing comes; look at the receiver's wire"},
};

constexpr std::size_t place_of(const Words& row) {
    return static_cast<std::size_t>(row.reason);
}
static_assert(place_of(words.back()) + 1 == static_cast<std::size_t>(Reason::count_) &&
              std::ranges::adjacent_find(words, [](const Words& a, const Words& b) {
                  return place_of(a) + 1 != place_of(b);
              }) == words.end());

const Words& words_of(Reason reason) noexcept {
    return words[static_cast<std::size_t>(reason)];
}

} // namespace

std::string_view name(Reason reason) noexcept {
    return words_of(reason).name;
}

std::string explanation(const NoLabel& why) {
    if (why.reason == Reason::no_fix)
        return fmt::format("{} says that there is no fix; look at the antenna",
                           why.sentence[0] == 0 ? "the receiver" : why.sentence.data());
    const auto protocol = why.protocol ? name(*why.protocol) : std::string_view{};
    if (why.reason == Reason::other_protocol)
        return fmt::format("the receiver sends {} packets and no NMEA; let it send RMC", protocol);
    return std::string{words_of(why.reason).text};
}

std::array<char, 8> sentence_name(const nmea::Event& event) noexcept {
    std::array<char, 8> text{};
    auto* const end = std::ranges::copy(event.talker, text.begin()).out;
    const auto type = name(event.type);
    std::ranges::copy(type.substr(0, 5), end);
    return text;
}

NoLabel why_no_label(const NmeaCounters& sentences, const ProtocolCounters& packets,
                     std::uint64_t labels, std::uint64_t bytes) noexcept {
    NoLabel why;
    why.protocol = most_frequent(packets);
    why.reason = labels > 0 ? Reason::none : reason_in(sentences, why.protocol.has_value(), bytes);
    return why;
}

} // namespace ppsd::app
