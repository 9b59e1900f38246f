// Each protocol: what it asks and sets, to the byte where a public document has the bytes.
#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/protocol.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <set>
#include <string>

using namespace ppsd::receivers;

namespace {

const Protocol& find(std::string_view part) {
    for (const Protocol* protocol : protocols())
        if (protocol->name().find(part) != std::string_view::npos) return *protocol;
    FAIL("no such protocol");
    return *protocols()[0];
}

Packet text(std::string body) {
    return {Wire::text, 0, std::move(body)};
}

/// As u-blox's extensions are: 30 bytes each.
std::string padded(std::string text, std::size_t size) {
    text.resize(size);
    return text;
}

Packet mon_ver(const std::string& hardware, const std::string& protocol) {
    return {Wire::ubx, 0x0A04,
            padded("EXT CORE 3.01 (107888)", 30) + padded(hardware, 10) + padded(protocol, 30) +
                padded("MOD=NEO-M8T-0", 30) + padded("GPS;GLO;GAL;BDS", 30)};
}

std::string value_of(const Protocol& protocol, const Packet& packet) {
    const auto answers = protocol.read(packet);
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].kind == Answer::Kind::value);
    return answers[0].value;
}

Answer::Kind kind_of(const Protocol& protocol, const Packet& packet) {
    const auto answers = protocol.read(packet);
    REQUIRE(answers.size() == 1);
    return answers[0].kind;
}

} // namespace

TEST_CASE("each protocol has a name of its own, and is found by it") {
    std::set<std::string_view> names;
    for (const Protocol* protocol : protocols()) {
        names.insert(protocol->name());
        CHECK(protocol_of(protocol->name()) == protocol);
    }
    CHECK(names.size() == 9);
    CHECK(protocol_of("none") == nullptr);
}

// The longest cable that its field can hold comes from options; here every kind of wish is set.
TEST_CASE("what is wanted can be set, asked and said, and wanting it again changes nothing") {
    Wishes wishes;
    wishes.keep_satellites = true;
    wishes.cable_ns = 50;
    wishes.survey = true;
    for (const Protocol* protocol : protocols())
        for (const auto& [key, what] : protocol->settings(wishes)) {
            CHECK_FALSE(what.empty());
            const auto wanted = protocol->wanted(key, {}, wishes);
            if (!wanted) continue; // not without what it is
            CHECK_FALSE(protocol->set(key, *wanted).empty());
            CHECK(protocol->wanted(key, {{key, *wanted}}, wishes) == wanted);
        }
}

TEST_CASE("u-blox: the protocol's version says which of the two it is") {
    Identity identity;
    CHECK(find("VALSET").recognise(mon_ver("00190000", "PROTVER=27.00"), identity));
    CHECK_FALSE(find("VALSET").recognise(mon_ver("00080000", "PROTVER=26.99"), identity));
    CHECK(find("UBX-CFG)").recognise(mon_ver("00080000", "PROTVER=18.00"), identity));
    CHECK_FALSE(find("UBX-CFG)").recognise(mon_ver("000A0000", "PROTVER=34.10"), identity));
    CHECK(identity.maker == "u-blox");
    CHECK(identity.model == "NEO-M8T-0");
    CHECK(identity.constellations == "GPS;GLO;GAL;BDS");
    // u-blox 6 has no extensions.
    CHECK(find("UBX-CFG)")
              .recognise({Wire::ubx, 0x0A04, padded("7.03 (45969)", 30) + padded("00040007", 10)},
                         identity));
    CHECK(identity.model == "u-blox 6");
    CHECK_FALSE(find("UBX-CFG)").recognise({Wire::ubx, 0x0A04, "short"}, identity));
}

TEST_CASE("u-blox 6 to 8: questions and commands") {
    const auto& cfg = find("UBX-CFG)");
    CHECK(hex_of(cfg.ask("0600")) == "B562060000000618");
    CHECK(hex_of(cfg.ask("0601:F004")) == "B56206010200F004FD15");
    CHECK(hex_of(cfg.save({}, 9600, 0)[0]) == "B56206090D0000000000FFFF0000000000001731BF");
    CHECK(cfg.save({}, 9600, 1).empty());

    // The manual's default of CFG-PRT for UART 1: 8N1, 9600 baud, UBX, NMEA and RTCM in.
    const auto port = bytes_from_hex("01000000D008000080250000070003000000000"
                                     "0");
    const Values values{{"0600", port}, {"0601:F000", bytes_from_hex("F000000101010100")}};
    CHECK(hex_of(*cfg.wanted("0601:F000", values, {})) == "F000000001010100");
    CHECK(hex_of(cfg.rate(115200, values)) == "B56206001400"
                                              "01000000D008000000C201000700030000000000"
                                              "C07E");
    CHECK(cfg.rate(115200, {}).empty());
    CHECK_FALSE(cfg.wanted("0601:F000", {{"0601:F000", "x"}}, {}));
}

TEST_CASE("u-blox 6 to 8: satellites each tenth second if they are kept") {
    const auto& cfg = find("UBX-CFG)");
    const auto port = bytes_from_hex("01000000D008000080250000070003000000000"
                                     "0");
    const Values values{{"0600", port}, {"0601:F003", bytes_from_hex("F003000101010100")}};
    Wishes wishes;
    CHECK((*cfg.wanted("0601:F003", values, wishes))[3] == 0);
    wishes.keep_satellites = true;
    CHECK((*cfg.wanted("0601:F003", values, wishes))[3] == 10);
}

TEST_CASE("u-blox 6 to 8: the pulse, and a fixed position") {
    const auto& cfg = find("UBX-CFG)");
    // 1 Hz, 100 ms, GPS time, also without a fix, 50 ns of cable: CFG-TP5's default but for these.
    const auto before = bytes_from_hex("0001000032000000"
                                       "40420F0040420F00"
                                       "A0860100A0860100"
                                       "00000000F7000000");
    Wishes wishes;
    wishes.cable_ns = -7;
    const auto after = *cfg.wanted("0631", {{"0631", before}}, wishes);
    CHECK(number_at<std::int16_t>(after, 4) == -7);
    CHECK(number_at<std::uint32_t>(after, 12) == 1'000'000);
    CHECK(number_at<std::uint32_t>(after, 16) == 0);
    CHECK(number_at<std::uint32_t>(after, 20) == 100'000);
    CHECK(number_at<std::uint32_t>(after, 28) == 0x77);
    CHECK(cfg.text("0631", after).find("only with a fix") != std::string::npos);
    CHECK(cfg.text("0631", before).find("GNSS time") != std::string::npos);

    wishes.position = Position{47.5, -8.25, 400.5};
    const auto place = *cfg.wanted("063D", {{"063D", std::string(28, '\0')}}, wishes);
    CHECK(place[0] == 2);
    CHECK(number_at<std::int32_t>(place, 4) == 475'000'000);
    CHECK(number_at<std::int32_t>(place, 8) == -82'500'000);
    CHECK(number_at<std::int32_t>(place, 12) == 40050);
}

TEST_CASE("u-blox: what is accepted, refused and told") {
    const auto& cfg = find("UBX-CFG)");
    const auto ack = cfg.read({Wire::ubx, 0x0501, "\x06\x31"})[0];
    CHECK(ack.kind == Answer::Kind::accepted);
    CHECK(ack.key == "0631");
    CHECK(kind_of(cfg, {Wire::ubx, 0x0500, "\x06\x31"}) == Answer::Kind::refused);

    Condition condition;
    auto hardware = std::string(60, '\0');
    hardware[20] = 2;
    hardware[22] = 1 << 2;
    cfg.note({Wire::ubx, 0x0A09, hardware}, condition);
    CHECK(condition.antenna == "ok");
    CHECK(condition.jamming == "none");
    auto leaps = std::string(24, '\0');
    leaps[8] = 2;
    leaps[9] = 18;
    cfg.note({Wire::ubx, 0x0126, leaps}, condition);
    CHECK_FALSE(condition.leap_seconds);
    CHECK(condition.leap_from_sky == false);
    leaps[23] = 1;
    cfg.note({Wire::ubx, 0x0126, leaps}, condition);
    CHECK(condition.leap_seconds == 18);
    CHECK(condition.leap_from_sky == true);
    leaps[8] = 0;
    cfg.note({Wire::ubx, 0x0126, leaps}, condition);
    CHECK(condition.leap_from_sky == false);
}

TEST_CASE("u-blox 9 and later: keys and values") {
    const auto& valset = find("VALSET");
    const std::string rmc = "068A:209100AC";
    const auto question = valset.ask(rmc);
    CHECK(hex_of(question).starts_with("B562068B0800"
                                       "00000000"
                                       "AC009120"));
    const auto answer = valset.read({Wire::ubx, 0x068B,
                                     bytes_from_hex("01000000"
                                                    "AC00912001"
                                                    "02000540"
                                                    "40420F00")});
    REQUIRE(answer.size() == 2);
    CHECK(answer[0].key == rmc);
    CHECK(answer[0].value == std::string(1, '\x01'));
    CHECK(answer[1].key == "068A:40050002");
    CHECK(valset.text(answer[1].key, answer[1].value) == "1000000");
    // A value that is cut off, and a key of no size, end it.
    CHECK(valset
              .read({Wire::ubx, 0x068B,
                     bytes_from_hex("01000000"
                                    "02000540"
                                    "4042")})
              .empty());
    CHECK(valset
              .read({Wire::ubx, 0x068B,
                     bytes_from_hex("01000000"
                                    "02000500"
                                    "40")})
              .empty());
    CHECK(hex_of(valset.set(rmc, std::string(1, '\x01')))
              .starts_with("B562068A0900"
                           "00010000"
                           "AC00912001"));
    CHECK(hex_of(valset.rate(115200, {}))
              .starts_with("B562068A0C00"
                           "00010000"
                           "01005240"
                           "00C20100"));
    // First to battery and flash, then, where there is no flash, to the battery's alone.
    CHECK(valset.save({{rmc, "\x01"}}, 9600, 0)[0][7] == 6);
    CHECK(valset.save({{rmc, "\x01"}}, 9600, 1)[0][7] == 2);
    CHECK(valset.save({}, 9600, 2).empty());
}

TEST_CASE("u-blox 9 and later: nothing is wanted of what it hasn't; places by wish") {
    const auto& valset = find("VALSET");
    CHECK_FALSE(valset.wanted("068A:209100AC", {}, {}));
    const auto has = [&](const Wishes& wishes, std::string_view key) {
        for (const auto& setting : valset.settings(wishes))
            if (setting.key == key) return true;
        return false;
    };
    CHECK_FALSE(has({}, "068A:20030001"));
    CHECK_FALSE(has({}, "068A:30050001"));
    Wishes wishes;
    wishes.survey = true;
    CHECK(has(wishes, "068A:40030010"));
    CHECK_FALSE(has(wishes, "068A:40030009"));
    wishes = {};
    wishes.position = Position{-1, 2, 3};
    CHECK(has(wishes, "068A:40030009"));
    CHECK(number_at<std::int32_t>(
              *valset.wanted("068A:40030009", {{"068A:40030009", "    "}}, wishes), 0) ==
          -10'000'000);
}

TEST_CASE("CASIC") {
    const auto& casic = find("CASIC");
    Identity identity;
    CHECK_FALSE(casic.recognise(text("GPTXT,01,01,02,HW=AT6558D,0000000000000"), identity));
    CHECK(casic.recognise(text("GPTXT,01,01,02,SW=URANUS5,V5.3.0.0"), identity));
    CHECK(identity.model == "AT6558D");
    CHECK(identity.firmware == "URANUS5,V5.3.0.0");
    CHECK(casic.rate(115200, {}) == "$PCAS01,5*19\r\n");
    CHECK(casic.rate(9600, {}) == "$PCAS01,1*1D\r\n");
    CHECK(casic.rate(230400, {}).empty());

    const auto messages = casic.read({Wire::casic, 0x0601, bytes_from_hex("4E000100")});
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].key == "0601:4E00");
    CHECK(hex_of(*casic.wanted("0601:4E00", {{"0601:4E00", messages[0].value}}, {})) == "4E000000");
    CHECK(casic.text("0601:4E00", messages[0].value) == "every fix");

    // CFG-NAVX: all that was asked for, but applied is only the model.
    const auto navx = value_of(casic, {Wire::casic, 0x0607, std::string(44, '\xFF')});
    CHECK(hex_of(navx).starts_with("01000000FF"));
    const auto pulse = *casic.wanted("0603", {{"0603", std::string(16, '\x01')}}, {});
    CHECK(hex_of(pulse) == "40420F00"
                           "A0860100"
                           "03000001"
                           "01010101");
    // The upper half of the mode is what the receiver left there.
    auto place = std::string(40, '\0');
    place.replace(0, 4, bytes_from_hex("020054E3"));
    CHECK(hex_of(value_of(casic, {Wire::casic, 0x0606, place})).starts_with("02000000"));
    // What isn't told is taken from what was heard; of what wasn't heard only what is wanted.
    CHECK(hex_of(*casic.inferred("0601:4E03", {{"heard:GSV", "0"}})) == "4E030100");
    CHECK(hex_of(*casic.inferred("0601:4E08", {})) == "4E080000");
    CHECK_FALSE(casic.inferred("0601:4E03", {}));
    CHECK_FALSE(casic.inferred("0603", {}));
    CHECK(kind_of(casic, {Wire::casic, 0x0501, std::string("\x06\x03\x00\x00", 4)}) ==
          Answer::Kind::accepted);
    Condition condition;
    casic.note(text("GPTXT,01,01,01,ANTENNA SHORT"), condition);
    CHECK(condition.antenna == "short");
}

TEST_CASE("MediaTek") {
    const auto& pmtk = find("PMTK");
    CHECK(pmtk.hello() == "$PMTK605*31\r\n");
    Identity identity;
    CHECK(pmtk.recognise(text("PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0"), identity));
    CHECK(identity.model == "PA6H");
    CHECK(pmtk.recognise(text("PMTK705,AXN"), identity));
    CHECK(pmtk.set("220", "1000") == "$PMTK220,1000*1F\r\n");
    CHECK(pmtk.rate(115200, {}) == "$PMTK251,115200*1F\r\n");
    const auto now = value_of(pmtk, text("PMTK514,1,1,1,1,1,5,0,0,0,0,0,0,0,0,0,0,0,0,0"));
    Wishes wishes;
    CHECK(pmtk.wanted("314", {{"314", now}}, wishes) == "0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0");
    wishes.keep_satellites = true;
    CHECK(pmtk.wanted("314", {{"314", now}}, wishes) == "0,1,0,0,5,5,0,0,0,0,0,0,0,0,0,0,0,1,0");
    CHECK_FALSE(pmtk.wanted("314", {{"314", "1,1"}}, wishes));
    CHECK(pmtk.set("285", "2,100") == "$PMTK285,2,100*3E\r\n");
    CHECK(kind_of(pmtk, text("PMTK001,314,3")) == Answer::Kind::accepted);
    CHECK(kind_of(pmtk, text("PMTK001,314,2")) == Answer::Kind::refused);
    CHECK(pmtk.read(text("PMTK001,314")).empty());
    CHECK(pmtk.save({}, 9600, 0).empty());
}

TEST_CASE("Airoha") {
    const auto& pair = find("PAIR");
    CHECK(pair.rate(115200, {}) == "$PAIR864,0,0,115200*1B\r\n");
    Identity identity;
    CHECK(pair.recognise(text("PAIR020,AG3352Q_V2.3.0.AG3352_20211108,S,N"), identity));
    CHECK(identity.model == "AG3352Q");
    CHECK(pair.ask("062:4") == text_packet("PAIR063,4"));
    CHECK(pair.set("062:4", "1") == text_packet("PAIR062,4,1"));
    CHECK(pair.ask("752").empty());
    // LC26G, LC76G, LC86G: a second, GGA each third fix, a pulse with a 3D fix, to save.
    CHECK(pair.set("050", "1000") == "$PAIR050,1000*12\r\n");
    CHECK(pair.ask("050") == "$PAIR051*3E\r\n");
    CHECK(pair.set("062:0", "3") == "$PAIR062,0,3*3D\r\n");
    CHECK(pair.set("752", "2,100") == "$PAIR752,2,100*39\r\n");
    CHECK(pair.save({}, 9600, 0)[0] == "$PAIR513*3D\r\n");
    // 080's 2 to 4 are reserved on these; on an LC29H 4 is stationary.
    for (const auto& setting : pair.settings({}))
        CHECK(command_of(setting.key) != "080");
    CHECK(pair.read(text("PAIR063,4,1"))[0].key == "062:4");
    CHECK(pair.read(text("PAIR001,062,1")).empty()); // in work
    CHECK(kind_of(pair, text("PAIR001,062,0")) == Answer::Kind::accepted);
    CHECK(kind_of(pair, text("PAIR001,062,3")) == Answer::Kind::refused);
}

TEST_CASE("Quectel") {
    const auto& pqtm = find("PQTM");
    CHECK(pqtm.save({}, 9600, 0)[0] == "$PQTMSAVEPAR*5A\r\n");
    Identity identity;
    CHECK(pqtm.recognise(text("PQTMVERNO,LC29HAANR01A03S,2022/08/31,15:22:59"), identity));
    CHECK(identity.model == "LC29HAA");
    CHECK_FALSE(pqtm.recognise(text("PQTMVERNO,ERROR,2"), identity));
    CHECK(pqtm.read(text("PQTMCFGMSGRATE,OK,GGA,1"))[0].key == "PQTMCFGMSGRATE:GGA");
    CHECK(kind_of(pqtm, text("PQTMCFGMSGRATE,OK")) == Answer::Kind::accepted);
    CHECK(kind_of(pqtm, text("PQTMCFGPPS,ERROR,1")) == Answer::Kind::refused);
    CHECK(value_of(pqtm, text("PQTMCFGPPS,OK,1,1,100,1,1,0")) == "1,1,100,1,1,0");
    CHECK(pqtm.set("PQTMCFGPPS", "1,1,100,2,1,0") == text_packet("PQTMCFGPPS,W,1,1,100,2,1,0"));
    CHECK(pqtm.read(text("PQTMVERNO")).empty());
    // LG290P: the line of the port that is used; the survey, asked and answered.
    CHECK(pqtm.rate(115200, {}) == "$PQTMCFGUART,W,115200*18\r\n");
    CHECK(pqtm.ask("PQTMCFGSVIN") == "$PQTMCFGSVIN,R*26\r\n");
    const std::string survey = "1,3600,1.2,-2519265.0514,4849534.9045,3277834.6432";
    CHECK(pqtm.set("PQTMCFGSVIN", survey) == "$PQTMCFGSVIN,W," + survey + "*01\r\n");
    CHECK(value_of(pqtm, text("PQTMCFGSVIN,OK," + survey)) == survey);
}

TEST_CASE("SkyTraq") {
    const auto& skytraq = find("SkyTraq");
    CHECK(hex_of(skytraq.hello()) == "A0A100020201030D0A");
    CHECK(hex_of(skytraq.rate(9600, {})) == "A0A10004050001"
                                            "00040D0A");
    CHECK(hex_of(skytraq.set("0E", "\x01")) == "A0A100030E01000F0D0A");
    CHECK(skytraq.rate(12345, {}).empty());
    // 1PPS output: once the time is known, aligned to UTC; until power is off.
    CHECK(skytraq.wanted("55", {{"55", std::string(2, '\0')}}, {}) == "\x01\x01");
    CHECK(hex_of(skytraq.set("55", "\x01\x01")) == "A0A1000455010100550D0A");
    CHECK_FALSE(skytraq.wanted("55", {}, {})); // one that isn't for timing refuses the question
    CHECK(value_of(skytraq, {Wire::skytraq, 0x86, "\x05"}) == "\x05");
    CHECK(skytraq.read({Wire::skytraq, 0x64, "\x81short"}).empty());
    CHECK(skytraq.read({Wire::skytraq, 0x83, "\x64\x02"})[0].key == "6402");
    const auto messages = *skytraq.wanted("6402", {{"6402", std::string(12, '\x01')}}, {});
    CHECK(hex_of(messages) == "000000000100010000000000");
    // What is to be saved is set once more, with the attribute 1, the rate with it.
    const auto save = skytraq.save({{"0E", "\x01"}}, 9600, 0);
    REQUIRE(save.size() == 2);
    CHECK(save[0][6] == 1);
    Condition condition;
    auto time = std::string(14, '\0');
    time[0] = '\x8E';
    time[12] = 18;
    time[13] = 7;
    skytraq.note({Wire::skytraq, 0x64, time}, condition);
    CHECK(condition.leap_seconds == 18);
    CHECK(condition.leap_from_sky == true);
}

TEST_CASE("Allystar: a message's rate by how many of it came in a second") {
    const auto& allystar = find("Allystar");
    const std::string rmc = "0601:F005";
    const Values one{{rmc, bytes_from_hex("F00501")}, {"heard:RMC", "1"}};
    CHECK(hex_of(*allystar.wanted(rmc, one, {})) == "F00501");
    const Values five{{rmc, bytes_from_hex("F00501")}, {"heard:RMC", "5"}};
    CHECK(hex_of(*allystar.wanted(rmc, five, {})) == "F00505");
    const Values unheard{{rmc, bytes_from_hex("F00500")}};
    CHECK(hex_of(*allystar.wanted(rmc, unheard, {})) == "F00501");
    Identity identity;
    CHECK(allystar.recognise(
        {Wire::allystar, 0x0A04, padded("3.018.2f1a", 16) + padded("HD9310.B", 16)}, identity));
    CHECK(identity.model == "HD9310");
    // The specification's examples: GGA's rate asked, GSV each second fix, VTG off, a pulse on pin
    // 13 also without a fix, a survey of 5 s to 100 mm, UART 1 at 9600 baud.
    CHECK(hex_of(allystar.ask("0601:F000")) == "F1D906010200F000F911");
    CHECK(hex_of(allystar.set("0601:F004", bytes_from_hex("F00402"))) == "F1D906010300F004020019");
    CHECK(hex_of(allystar.set("0601:F006", bytes_from_hex("F00600"))) == "F1D906010300F00600001B");
    CHECK(hex_of(allystar.set("0607", bytes_from_hex("40420F000000000010270000010D01"))) ==
          "F1D906070F0040420F000000000010270000010D01F386");
    CHECK(hex_of(allystar.set("0612", bytes_from_hex("0500000064000000"))) ==
          "F1D90612080005000000640000008916");
    CHECK(hex_of(allystar.rate(9600, {})).ends_with("F1D9060008000100000080250000B40F"));
    CHECK(kind_of(allystar, {Wire::allystar, 0x0500, "\x06\x01"}) == Answer::Kind::refused);
    // Its pulse keeps the pin that it is on.
    const auto pulse = *allystar.wanted("0607",
                                        {{"0607", bytes_from_hex("40420F0000000000A086010000"
                                                                 "0D01")}},
                                        {});
    CHECK(hex_of(pulse) == "40420F0000000000A0860100010D00");
}

TEST_CASE("Unicore") {
    const auto& unicore = find("Unicore");
    Identity identity;
    CHECK(unicore.recognise({Wire::log, 0, R"(VERSIONA,97,GPS;"UM980","R4.10Build11833","x")"},
                            identity));
    CHECK(identity.model == "UM980");
    CHECK_FALSE(unicore.recognise({Wire::log, 0, "VERSIONA,97"}, identity));
    // As a UM980 says it: the '$' is in its checksum.
    PacketReader reader;
    reader.push("$CONFIG,PPS,CONFIG PPS ENABLE GPS POSITIVE 500000 1000 0 0*6E\r\n");
    CHECK(value_of(unicore, reader.next().value_or(Packet{})) ==
          "ENABLE GPS POSITIVE 500000 1000 0 0");
    CHECK(unicore.set("LOG:RMC", "1") == "GPRMC 1\r\n");
    CHECK(unicore.set("LOG:GSV", "") == "UNLOG GPGSV\r\n");
    CHECK(unicore.inferred("LOG:GSV", {{"heard:GSV", "5"}}) == "0.2");
    CHECK(unicore.inferred("LOG:GSV", {}) == "");
    const auto pulse =
        value_of(unicore, text("CONFIG,PPS,CONFIG PPS ENABLE GPS POSITIVE 500000 1000 0 0"));
    CHECK(unicore.wanted("CONFIG:PPS", {{"CONFIG:PPS", pulse}}, {}) ==
          "ENABLE GPS POSITIVE 100000 1000 0 0");
    CHECK(kind_of(unicore, text("command,VERSIONA,response: OK")) == Answer::Kind::accepted);
    CHECK(kind_of(unicore, text("command,X,response: PARSING FAILD NO MATCHING FUNC  X")) ==
          Answer::Kind::refused);
    CHECK(unicore.rate(115200, {}).empty());
}

TEST_CASE("a position in the earth's frame") {
    const auto equator = ecef_of({0, 0, 0});
    CHECK(equator.x == doctest::Approx(6378137));
    CHECK(equator.z == 0);
    const auto pole = ecef_of({90, 0, 10});
    CHECK(pole.z == doctest::Approx(6356752.314245 + 10));
    CHECK(std::abs(pole.x) < 1e-6);
}
