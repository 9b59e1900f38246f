#include "daemon/setup/receivers/packets.hpp"

#include "daemon/setup/receivers/bytes.hpp"

#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace ppsd::receivers;

namespace {

std::vector<Packet> all_of(const std::string& bytes, std::size_t at_once = 4096) {
    PacketReader reader;
    std::vector<Packet> packets;
    for (std::size_t at = 0; at < bytes.size(); at += at_once) {
        reader.push(std::string_view{bytes}.substr(at, at_once));
        while (auto packet = reader.next())
            packets.push_back(*packet);
    }
    return packets;
}

// Unicore's, as a UM980 and a UM982 sent them.
const std::string versiona =
    R"(#VERSIONA,97,GPS,FINE,2343,48235000,0,0,18,813;"UM980","R4.10Build11833","HRPT00-S10C-P",)"
    R"("2310415000001-MD22A2225022497","ff3ba396dcb0478d","2023/11/24"*270a13f7)"
    "\r\n";

} // namespace

// Each as a public document has it.
TEST_CASE("packets are made as the manuals' examples") {
    // u-blox: the poll of MON-VER and CFG-PRT, CFG-RATE to 1 Hz, CFG-CFG to save all.
    CHECK(hex_of(ubx_packet(0x0A04, "")) == "B5620A0400000E34");
    CHECK(hex_of(ubx_packet(0x0600, "")) == "B56206000000"
                                            "0618");
    CHECK(hex_of(ubx_packet(0x0608, bytes_from_hex("E80301000100"))) ==
          "B56206080600E803010001000139");
    // CASIC's checksum is the sum of words, its first of length, class and id.
    CHECK(hex_of(casic_packet(0x0A04, "")) == "BACE00000A0400000A04");
    CHECK(text_packet("PCAS06,0") == "$PCAS06,0*1B\r\n");
    CHECK(text_packet("PCAS03,1,1,1,1,1,1,1,1,0,0,,,1,1,,,,1") ==
          "$PCAS03,1,1,1,1,1,1,1,1,0,0,,,1,1,,,,1*33\r\n");
    // SkyTraq AN0003: the software's version, the fixes of one a second.
    CHECK(hex_of(skytraq_packet(0x02, std::string_view{"\x01", 1})) == "A0A100020201030D0A");
    CHECK(hex_of(skytraq_packet(0x0E, std::string_view{"\x01\x00", 2})) == "A0A100030E01000F0D0A");
    // Quectel, MediaTek.
    CHECK(text_packet("PQTMVERNO") == "$PQTMVERNO*58\r\n");
    CHECK(text_packet("PMTK251,38400") == "$PMTK251,38400*27\r\n");
}

TEST_CASE("a packet is read as it was made, in pieces of any size, between anything") {
    const std::string noise = "\xB5\x62 no packet $GPRMC without an end\xBA\xCE\x01";
    const std::string stream = noise + ubx_packet(0x0501, "\x06\x01") +
                               text_packet("PMTK001,314,3") + allystar_packet(0x0A04, "abc") +
                               casic_packet(0x0604, "1234") + skytraq_packet(0x83, "\x0E") +
                               versiona + "$command,VERSIONA,response: OK*45\r\n";
    for (const std::size_t piece : {1U, 3U, 4096U}) {
        const auto packets = all_of(stream, piece);
        REQUIRE(packets.size() == 7);
        CHECK(packets[0].wire == Wire::ubx);
        CHECK(packets[0].id == 0x0501);
        CHECK(packets[0].body == "\x06\x01");
        CHECK(packets[1].body == "PMTK001,314,3");
        CHECK(packets[2].wire == Wire::allystar);
        CHECK(packets[3].id == 0x0604);
        CHECK(packets[4].body == "\x0E");
        CHECK(packets[5].wire == Wire::log);
        CHECK(packets[6].body == "command,VERSIONA,response: OK");
    }
}

TEST_CASE("a wrong checksum is no packet") {
    CHECK(all_of("$PMTK001,314,3*00\r\n").empty());
    CHECK(all_of("$command,VERSIONA,response: OK*44\r\n").empty());
    // Only Unicore's answers have the '$' in their checksum.
    CHECK(all_of("$PMTK605*15\r\n").empty());
    auto log = versiona;
    log[20] = 'X';
    CHECK(all_of(log).empty());
    for (auto packet : {ubx_packet(0x0501, "ab"), casic_packet(0x0501, "abcd"),
                        allystar_packet(0x0501, "ab"), skytraq_packet(0x83, "ab")}) {
        packet[packet.size() - 3] = static_cast<char>(packet[packet.size() - 3] ^ 1);
        CHECK(all_of(packet).empty());
    }
}

TEST_CASE("the longest payload is a packet, one more is not waited for") {
    const std::string longest(longest_payload, 'x');
    CHECK(all_of(ubx_packet(0x0A04, longest)).size() == 1);
    const auto after = all_of(ubx_packet(0x0A04, longest + "x") + text_packet("PMTK605"));
    REQUIRE(after.size() == 1);
    CHECK(after[0].body == "PMTK605");
}

TEST_CASE("numbers in payloads have both orders, and none beyond the end") {
    std::string bytes(8, '\0');
    put_at(bytes, 0, std::int32_t{-2});
    put_at(bytes, 4, std::uint16_t{0x1234}, Order::big);
    put_at(bytes, 7, std::uint16_t{0xFFFF});
    CHECK(hex_of(bytes) == "FEFFFFFF12340000");
    CHECK(number_at<std::int32_t>(bytes, 0) == -2);
    CHECK(number_at<std::uint16_t>(bytes, 4, Order::big) == 0x1234);
    CHECK(number_at<std::uint16_t>(bytes, 7) == 0);
    CHECK(number_at<double>(bytes_of(-2.5), 0) == -2.5);
    CHECK(bytes_from_hex("0g").empty());
    CHECK(bytes_from_hex("0").empty());
    CHECK(fields_of("").size() == 1);
    CHECK(fields_of("a,,b")[1].empty());
    CHECK(text_at(std::string_view{"ab\x01  \0x", 7}, 0, 7) == "ab");
}
