#include "daemon/pipeline/no_label.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd;
using namespace ppsd::app;
using nmea::Protocol;
using nmea::Verdict;
using Reason = NoLabel::Reason;

namespace {

Reason of(std::initializer_list<Verdict> verdicts, std::uint64_t packets = 0,
          std::uint64_t bytes = 1000) {
    NmeaCounters counters;
    for (const auto verdict : verdicts)
        counters.count(verdict);
    ProtocolCounters protocols;
    protocols.add(Protocol::rtcm3, packets);
    return why_no_label(counters, protocols, 0, bytes).reason;
}

} // namespace

TEST_CASE("each verdict is a reason of its own") {
    CHECK(of({Verdict::no_checksum}) == Reason::no_checksum);
    CHECK(of({Verdict::no_fix}) == Reason::no_fix);
    CHECK(of({Verdict::no_date}) == Reason::no_date);
    CHECK(of({Verdict::no_time}) == Reason::no_time);
    CHECK(of({Verdict::no_leap_count}) == Reason::no_leap_count);
    CHECK(of({Verdict::fix_unsaid}) == Reason::fix_unsaid);
    CHECK(of({Verdict::changing_fraction}) == Reason::changing_fraction);
    CHECK(of({Verdict::two_dates}) == Reason::two_dates);
    CHECK(of({Verdict::two_seconds}) == Reason::two_seconds);
    CHECK(of({Verdict::malformed}) == Reason::malformed);
    CHECK(of({Verdict::too_early, Verdict::unknown_sentence}) == Reason::too_early);
    CHECK(of({Verdict::unknown_sentence}) == Reason::not_needed);
    for (const auto damage :
         {Verdict::bad_checksum, Verdict::bad_character, Verdict::cut_short, Verdict::too_long})
        CHECK(of({damage}) == Reason::damaged);
    CHECK(of({Verdict::used}) == Reason::no_sentence);
    CHECK(of({}) == Reason::no_sentence);
}

TEST_CASE("before there can be a whole sentence, none is missed") {
    CHECK(of({}, 0, 0) == Reason::no_bytes);
    CHECK(of({}, 0, 1) == Reason::few_bytes);
    CHECK(of({}, 0, 163) == Reason::few_bytes);
    CHECK(of({}, 0, 164) == Reason::no_sentence);
    CHECK(of({Verdict::no_checksum}, 0, 20) == Reason::no_checksum);
    CHECK(of({Verdict::cut_short}, 0, 20) == Reason::damaged);
}

TEST_CASE("what is nearest to a label is said") {
    CHECK(of({Verdict::no_fix, Verdict::bad_checksum, Verdict::unknown_sentence}) ==
          Reason::no_fix);
    CHECK(of({Verdict::changing_fraction, Verdict::fix_unsaid}) == Reason::fix_unsaid);
    CHECK(of({Verdict::no_checksum, Verdict::unknown_sentence}) == Reason::no_checksum);
}

TEST_CASE("another protocol is a reason if there is no sentence, from the fifth packet on") {
    CHECK(of({}, 4) == Reason::no_sentence);
    CHECK(of({}, 5) == Reason::other_protocol);
    CHECK(of({Verdict::bad_checksum}, 5) == Reason::other_protocol);
    CHECK(of({Verdict::unknown_sentence}, 5) == Reason::not_needed);
}

TEST_CASE("the protocol with the most packets is named") {
    ProtocolCounters packets;
    packets.add(Protocol::ubx, 6);
    packets.add(Protocol::casic, 7);
    packets.add(Protocol::skytraq, 7);
    CHECK(why_no_label({}, packets, 0, 1).protocol == Protocol::casic);
    CHECK(explanation(why_no_label({}, packets, 0, 1)).find("CASIC") != std::string::npos);
}

TEST_CASE("with a label there is no reason; without a byte there is no other") {
    NmeaCounters counters;
    CHECK(why_no_label(counters, {}, 0, 0).reason == Reason::no_bytes);
    counters.count(Verdict::no_fix);
    CHECK(why_no_label(counters, {}, 1, 1).reason == Reason::none);
}

TEST_CASE("every reason has a name and an explanation of its own, of one line") {
    std::set<std::string_view> names;
    std::set<std::string> explanations;
    for (int i = 0; i < static_cast<int>(Reason::count_); ++i) {
        const NoLabel why{static_cast<Reason>(i), Protocol::sirf, {}};
        names.insert(name(why.reason));
        explanations.insert(explanation(why));
        CHECK_FALSE(explanation(why).empty());
        CHECK(explanation(why).find('\n') == std::string::npos);
    }
    CHECK(names.size() == static_cast<std::size_t>(Reason::count_));
    CHECK(explanations.size() == static_cast<std::size_t>(Reason::count_));
    CHECK(name(Reason::no_checksum) == "no-checksum");
    CHECK(name(Reason::no_bytes) == "no-bytes");
    CHECK(explanation({Reason::no_checksum, {}, {}}).find("checksum = optional") !=
          std::string::npos);
}

TEST_CASE("a sentence's name is its talker and type") {
    nmea::Event event;
    event.talker = {'G', 'L'};
    event.type = nmea::Type::rmc;
    CHECK(std::string{sentence_name(event).data()} == "GLRMC");
    CHECK(explanation({Reason::no_fix, {}, sentence_name(event)}) ==
          "GLRMC says that there is no fix; look at the antenna");
    CHECK(explanation({Reason::no_fix, {}, {}}).starts_with("the receiver says"));
}

TEST_CASE("what is heard, and what would help") {
    const auto says = [](Reason reason, std::string_view part) {
        const std::string text = explanation({reason, Protocol::ubx, {}});
        CAPTURE(text);
        CHECK(text.starts_with(part));
    };
    says(Reason::no_bytes, "nothing comes");
    says(Reason::no_sentence, "what comes is no NMEA");
    says(Reason::few_bytes, "only a few bytes have come");
    says(Reason::no_checksum, "the sentences have no checksum");
    says(Reason::no_date, "there is a time, but no date (or one before 2000");
    says(Reason::fix_unsaid, "ZDA names the time, but no sentence says that there is a fix");
    says(Reason::other_protocol, "the receiver sends UBX packets and no NMEA; let it send RMC");
}
