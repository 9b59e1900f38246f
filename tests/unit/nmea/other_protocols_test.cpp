#include "daemon/nmea/other_protocols.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>

using namespace ppsd::nmea;

namespace {

OtherProtocols of(std::string_view bytes) {
    OtherProtocols others;
    for (const char c : bytes)
        others.add(c);
    return others;
}

/// What is counted in these bytes: "UBX", or "" for nothing.
std::string in(std::string_view bytes) {
    const auto others = of(bytes);
    std::string text;
    for (std::size_t i = 0; i < protocol_count; ++i)
        if (others.count(static_cast<Protocol>(i)) > 0) text += name(static_cast<Protocol>(i));
    return text;
}

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values)
        text += static_cast<char>(value);
    return text;
}

} // namespace

TEST_CASE("each protocol by the beginning of its packets") {
    CHECK(in(bytes({0xb5, 0x62, 0x01, 0x07})) == "UBX");
    CHECK(in(bytes({0xa0, 0xa2, 0x00, 0x5b})) == "SiRF");
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0x3e, 0xd0})) == "RTCM 3"); // 1005
    CHECK(in(bytes({0xba, 0xce, 0x10, 0x00})) == "CASIC");
    CHECK(in(bytes({0xa0, 0xa1, 0x00, 0x3b})) == "SkyTraq");
}

TEST_CASE("sync bytes before what can't be are none") {
    CHECK(in(bytes({0xb5, 0x62, 0x07})).empty()); // no such class
    CHECK(in(bytes({0xb5, 0x63, 0x01})).empty());
    CHECK(in(bytes({0xa0, 0xa2, 0x03})) == "SiRF");
    CHECK(in(bytes({0xa0, 0xa2, 0x04})).empty());
    CHECK(in(bytes({0xa0, 0xa1, 0x04})).empty());
    CHECK(in(bytes({0xba, 0xce, 0x11, 0x00})).empty()); // not a multiple of four
    CHECK(in(bytes({0xba, 0xce, 0x10, 0x07})) == "CASIC");
    CHECK(in(bytes({0xba, 0xce, 0x10, 0x08})).empty());
    CHECK(in(bytes({0xd3, 0x04, 0x13, 0x3e, 0xd0})).empty());     // a reserved bit is set
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0x3e, 0x80})).empty());     // 1000
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0x3e, 0x90})) == "RTCM 3"); // 1001
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0x51, 0x40})) == "RTCM 3"); // 1300
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0x51, 0x50})).empty());     // 1301
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0xfd, 0x10})).empty());     // 4049
    CHECK(in(bytes({0xd3, 0x00, 0x13, 0xfd, 0x20})) == "RTCM 3"); // 4050
    CHECK(in("$GPRMC,120000,A\r\n").empty());
}

TEST_CASE("each packet is counted, and each protocol has a name of its own") {
    const auto packet = bytes({0xb5, 0x62, 0x01, 0x07, 0x00, 0x00, 0x08, 0x19});
    CHECK(of(packet + packet + packet).count(Protocol::ubx) == 3);
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < protocol_count; ++i)
        names.insert(name(static_cast<Protocol>(i)));
    CHECK(names.size() == protocol_count);
}

TEST_CASE("ten seconds of random bytes at 9600 baud tell of no protocol") {
    std::mt19937 random{1};
    for (int n = 0; n < 20; ++n) {
        OtherProtocols others;
        for (int i = 0; i < 9600; ++i)
            others.add(static_cast<char>(random()));
        for (std::size_t i = 0; i < protocol_count; ++i)
            CHECK(others.count(static_cast<Protocol>(i)) < 5);
    }
}
