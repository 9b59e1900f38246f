#include "daemon/pipeline/heard_lately.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace hal;
using Reason = NoLabel::Reason;

namespace {

constexpr OscTime start = OscTime::from_ns(3'000'000'000);

Reason reason(const HeardLately& heard) {
    return heard.why_no_label().reason;
}

} // namespace

TEST_CASE("nothing, bytes, and a label") {
    HeardLately heard;
    CHECK(reason(heard) == Reason::no_bytes);
    heard.bytes(1, start);
    CHECK(reason(heard) == Reason::few_bytes);
    heard.label();
    CHECK(reason(heard) == Reason::none);
    heard.bytes(1, start + 1s);
    CHECK(reason(heard) == Reason::few_bytes);
}

TEST_CASE("what was heard counts for one span more, and not after it") {
    for (const bool again : {false, true}) {
        HeardLately heard;
        heard.bytes(10, start);
        heard.verdict(nmea::Verdict::no_checksum);
        heard.bytes(10, start + HeardLately::span - 1ns);
        CHECK(reason(heard) == Reason::no_checksum);
        heard.bytes(10, start + HeardLately::span); // the next span begins
        CHECK(reason(heard) == Reason::no_checksum);
        if (again) heard.verdict(nmea::Verdict::no_checksum);
        heard.bytes(10, start + 2 * HeardLately::span - 1ns);
        CHECK(reason(heard) == Reason::no_checksum);
        heard.bytes(10, start + 2 * HeardLately::span);
        CHECK(reason(heard) == (again ? Reason::no_checksum : Reason::few_bytes));
    }
}

TEST_CASE("after two spans of silence nothing of before counts") {
    for (const Nanos silence : {2 * HeardLately::span - 1ns, 2 * HeardLately::span}) {
        HeardLately heard;
        heard.bytes(10, start);
        heard.verdict(nmea::Verdict::no_checksum);
        heard.bytes(10, start + silence);
        const bool long_ago = silence == 2 * HeardLately::span;
        CHECK(reason(heard) == (long_ago ? Reason::few_bytes : Reason::no_checksum));
    }
}

TEST_CASE("packets are counted by how many more there are") {
    HeardLately heard;
    heard.packets(nmea::Protocol::ubx, 5);
    heard.bytes(10, start);
    CHECK(reason(heard) == Reason::other_protocol);
    CHECK(heard.why_no_label().protocol == nmea::Protocol::ubx);
    heard.label();
    heard.packets(nmea::Protocol::ubx, 5); // no more than before
    heard.bytes(10, start + 1s);
    CHECK(reason(heard) == Reason::few_bytes);
}

TEST_CASE("which sentence says that there is no fix") {
    HeardLately heard;
    heard.bytes(10, start);
    heard.verdict(nmea::Verdict::no_fix);
    nmea::Event event;
    event.kind = nmea::Event::Kind::no_fix;
    event.verdict = nmea::Verdict::no_fix;
    event.type = nmea::Type::gll;
    heard.no_fix(event);
    CHECK(reason(heard) == Reason::no_fix);
    CHECK(heard.why_no_label().sentence == sentence_name(event));
}
