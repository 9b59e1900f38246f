#include "daemon/nmea/ubx_packets.hpp"

#include "tests/unit/nmea/chain.hpp"
#include "tests/unit/support/ubx_packets.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

UbxPackets of(std::string_view bytes) {
    UbxPackets packets;
    for (const char c : bytes)
        packets.add(c);
    return packets;
}

LeapWord word_in(std::string_view bytes) {
    UbxPackets packets = of(bytes);
    const auto word = packets.take_leap_word();
    REQUIRE(word);
    CHECK_FALSE(packets.take_leap_word());
    return *word;
}

bool known(const Timels& has) {
    return word_in(timels(has)).count_known;
}

} // namespace

// Both packets were made by hand from u-blox' document, field by field.
TEST_CASE("NAV-TIMELS, byte by byte: 18 s by GPS, one more in 12345 s") {
    const LeapWord word =
        word_in("\xb5\x62\x01\x26\x18\x00\x50\xfe\x4c\x0a\x00\x00\x00\x00\x02\x12"
                "\x02\x01\x39\x30\x00\x00\x8a\x07\x07\x00\x00\x00\x00\x03\xfe\xfb"sv);
    CHECK(word.witness == LeapWitness::ubx_timels);
    CHECK(word.count_known);
    CHECK(word.gps_minus_utc == 18);
    REQUIRE(word.next);
    CHECK(word.next->change == 1);
    CHECK(word.next->in == 12345s);
}

TEST_CASE("NAV-TIMEUTC, byte by byte: UTC is valid") {
    const LeapWord word = word_in("\xb5\x62\x01\x21\x14\x00\x50\xfe\x4c\x0a\x19\x00\x00\x00\xba\xff"
                                  "\xff\xff\xea\x07\x0b\x1d\x0e\x1e\x00\x37\x26\x2a"sv);
    CHECK(word.witness == LeapWitness::ubx_timeutc);
    CHECK(word.count_known);
    CHECK_FALSE(word.next);
}

TEST_CASE("the count is known unless it is the firmware's, of unknown source, or not valid") {
    CHECK(known({}));
    CHECK(known({.source = 1}));
    CHECK(known({.source = 8}));
    CHECK_FALSE(known({.source = 0}));
    CHECK_FALSE(known({.source = 255}));
    CHECK(known({.valid = 1}));
    CHECK_FALSE(known({.valid = 2}));
    CHECK(word_in(timeutc(4)).count_known);
    CHECK(word_in(timeutc(0xff)).count_known);
    CHECK_FALSE(word_in(timeutc(3)).count_known);
    CHECK_FALSE(word_in(timeutc(0xfb)).count_known);
}

TEST_CASE("the next leap second is heard of only if the receiver names its source and its time") {
    const auto next = [](const Timels& has) { return word_in(timels(has)).next; };
    REQUIRE(next({}));
    CHECK(next({})->change == 0);
    CHECK_FALSE(next({.next_source = 0}));
    CHECK_FALSE(next({.valid = 1}));
    CHECK(next({.valid = 2}));
    CHECK(next({.change = -1, .in = -7})->change == -1);
    CHECK(next({.change = -1, .in = -7})->in == -7s);
    CHECK(next({.change = 1, .in = 0x12345678})->in == 0x12345678s);
    CHECK_FALSE(next({.change = 2}));
    CHECK_FALSE(next({.change = -2}));
}

TEST_CASE("a damaged packet, or another one, says nothing") {
    const std::string whole = timels({});
    for (std::size_t i = 0; i < whole.size(); ++i)
        for (unsigned bit = 1; bit < 256; bit <<= 1U) {
            std::string damaged = whole;
            damaged[i] = static_cast<char>(static_cast<unsigned char>(damaged[i]) ^ bit);
            CHECK_FALSE(of(damaged).take_leap_word());
        }
    CHECK_FALSE(of(whole.substr(1)).take_leap_word());
    CHECK_FALSE(of(whole.substr(0, whole.size() - 1)).take_leap_word());
    CHECK_FALSE(of(ubx_nav(0x26, std::string(23, '\0'))).take_leap_word());
    CHECK_FALSE(of(ubx_nav(0x26, std::string(25, '\0'))).take_leap_word());
    CHECK_FALSE(of(ubx_nav(0x27, std::string(24, '\0'))).take_leap_word());
}

TEST_CASE("of each witness the newest word is kept, wherever it stands") {
    UbxPackets packets = of("noise" + timeutc(0) + timels({.source = 0}) + "$" + timels({}) +
                            timeutc(4).substr(0, 9) + timeutc(4) + "\xb5");
    const auto first = packets.take_leap_word();
    const auto second = packets.take_leap_word();
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->witness == LeapWitness::ubx_timeutc);
    CHECK(first->count_known);
    CHECK(second->witness == LeapWitness::ubx_timels);
    CHECK(second->count_known);
    CHECK_FALSE(packets.take_leap_word());
}

TEST_CASE("TIM-TP, byte by byte: the next pulse comes 7 ns early") {
    UbxPackets packets = of("\xb5\x62\x0d\x01\x10\x00\x68\x02\x4d\x0a\x00\x00\x00\x00\x58\x1b"
                            "\x00\x00\x8a\x09\x03\x0f\xf7\x62"sv);
    CHECK(packets.take_pulse_early() == 7ns);
    CHECK_FALSE(packets.take_pulse_early());
    CHECK_FALSE(packets.take_leap_word());
}

TEST_CASE("what TIM-TP says is rounded to a whole nanosecond, and must be possible and valid") {
    const auto early = [](std::int32_t q_err, int flags = 3) {
        return of(tim_tp(q_err, flags)).take_pulse_early();
    };
    CHECK(early(0) == 0ns);
    CHECK(early(499) == 0ns);
    CHECK(early(500) == 1ns);
    CHECK(early(-499) == 0ns);
    CHECK(early(-500) == -1ns);
    CHECK(early(-10'417) == -10ns);
    CHECK(early(100'000) == 100ns);
    CHECK_FALSE(early(100'001));
    CHECK(early(-100'000) == -100ns);
    CHECK_FALSE(early(-100'001));
    CHECK_FALSE(early(std::numeric_limits<std::int32_t>::max()));
    CHECK_FALSE(early(std::numeric_limits<std::int32_t>::min()));
    CHECK(early(5000, 0x0f) == 5ns);
    CHECK_FALSE(early(5000, 0x10));
    CHECK_FALSE(early(5000, 0x13));
}

TEST_CASE("between sentences they are read, and the sentences are, too") {
    Framer framer;
    const std::string bytes = seal(rmc_text("120000")) + timels({}) + seal(gga_text("120000"));
    framer.push(bytes, {});
    int sentences = 0;
    while (const auto frame = framer.next())
        sentences += frame->verdict == Verdict::used ? 1 : 0;
    CHECK(sentences == 2);
    CHECK(framer.ubx_packets().take_leap_word());
}
