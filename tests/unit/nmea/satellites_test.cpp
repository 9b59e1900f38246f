// GSV and GSA: what each says, and what a round of them adds up to.
#include "daemon/nmea/satellites.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

using namespace ppsd::nmea;
using namespace std::chrono_literals;
using hal::MonoTime;

namespace {

constexpr MonoTime start = MonoTime::from_ns(77'000'000'000);

constexpr std::string_view gp1 = "GPGSV,2,1,05,23,38,230,44,29,71,156,40,07,29,116,,08,09,081,36";
constexpr std::string_view gp2 = "GPGSV,2,2,05,09,10,100,20";
constexpr std::string_view gl = "GLGSV,1,1,02,70,10,100,30,23,10,100,10";

struct Sky {
    Satellites satellites;
    MonoTime now = start;
    std::int32_t second = 0;

    void say(std::initializer_list<std::string_view> sentences) {
        for (const auto text : sentences)
            satellites.add(text, now);
    }
    void next_second() {
        now = now + 1s;
        satellites.time({++second, 0});
    }
    [[nodiscard]] std::optional<Satellites::Report> report() const {
        return satellites.report(now);
    }
};

} // namespace

TEST_CASE("GSV: a system's satellites, with and without a signal behind them") {
    const auto read = parse_gsv(gp1);
    REQUIRE(read);
    CHECK(read->talker == std::array{'G', 'P'});
    CHECK(read->parts == 2);
    CHECK(read->part == 1);
    CHECK(read->in_view == 5);
    CHECK(read->signal == '\0');
    REQUIRE(read->count == 4);
    CHECK(read->seen[0].id == 23);
    CHECK(read->seen[0].signal_db == 44);
    CHECK(read->seen[2].signal_db == 0);
    CHECK(parse_gsv(std::string{gp1} + ",8")->signal == '8');
    CHECK(parse_gsv(std::string{gp1} + ",8")->count == 4);
    CHECK(parse_gsv("PQGSV,4,4,14,23,09,350,,24,04,248,,0,4")->signal == '0');
    CHECK(parse_gsv("PQGSV,4,4,14,23,09,350,,24,04,248,,0,4")->count == 2);
    CHECK(parse_gsv("GAGSV,1,1,00")->count == 0);
    CHECK(parse_gsv("GAGSV,1,1,00,7")->signal == '7');
    CHECK(parse_gsv("GPGSV,1,1,01,,,,,5,1,2,30")->count == 1);
}

TEST_CASE("GSV that can't be read is none") {
    for (const char* text :
         {"", "GPGSV", "GPGSV,", "GPGSA,1,1,00", "GPGSV,1,1", "GPGSV,1,1,", "GPGSV,1,0,00",
          "GPGSV,2,3,09", "GPGSV,x,1,00", "GPGSV,1,1,00,01,02,03", "GPGSV,1,1,01,1x,,,30",
          "GPGSV,1,1,01,01,,,3.5", "GPGSV,1,1,01,1234,,,30", "GPRMC,1,1,00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_gsv(text));
    }
}

TEST_CASE("GSA: those that are used, with and without a system") {
    const auto read = parse_gsa("GNGSA,A,3,23,29,07,,,,,,,,,,1.94,1.18,1.54");
    REQUIRE(read);
    CHECK(read->count == 3);
    CHECK(read->ids[2] == 7);
    CHECK(read->system == '\0');
    CHECK(parse_gsa("GNGSA,A,3,23,,,,,,,,,,,,1.9,1.1,1.5,4")->system == '4');
    CHECK(parse_gsa("GNGSA,A,3,23,,,,,,,,,,,,1.9,1.1,1.5,1.2")->system == '\0'); // a fourth DOP
    CHECK(parse_gsa("GPGSA,A,1,,,,,,,,,,,,")->count == 0);
    for (const char* text : {"GPGSA,A,1,,,,,,,,,,,", "GPGSA,A,3,x,,,,,,,,,,,,", "GPGSA",
                             "GPGSV,A,1,,,,,,,,,,,,", "GPGSA,A,3,1234,,,,,,,,,,,"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_gsa(text));
    }
}

TEST_CASE("nothing said: nothing known; each of the two alone") {
    Sky sky;
    CHECK_FALSE(sky.report());
    sky.say({"GPRMC,1", "GPGSX,1", "GPGGA,GSV", "GPGSV", ""});
    CHECK_FALSE(sky.report());
    sky.say({"GPGSV,1,1,00"});
    REQUIRE(sky.report());
    CHECK(sky.report()->in_view == 0);
    CHECK_FALSE(sky.report()->used);
    CHECK_FALSE(sky.report()->signal_db);
    Sky other;
    other.say({"GPGSA,A,3,1,2,,,,,,,,,,"});
    REQUIRE(other.report());
    CHECK(other.report()->used == 2);
    CHECK_FALSE(other.report()->in_view);
}

TEST_CASE("parts, talkers and signals add up; the mean is that of those that are tracked") {
    Sky sky;
    sky.say({gp1, gp2, gl});
    CHECK(sky.report()->in_view == 7); // number 23 is two satellites
    CHECK(sky.report()->signal_db == (44 + 40 + 36 + 20 + 30 + 10) / 6.0);
    // Another signal of one that is there already, stronger.
    sky.say({"GPGSV,1,1,01,09,10,100,26,8"});
    CHECK(sky.report()->in_view == 7);
    CHECK(sky.report()->signal_db == (44 + 40 + 36 + 26 + 30 + 10) / 6.0);
}

TEST_CASE("wherever one asks in a round, there is one of each") {
    Sky sky;
    sky.say({gp1, gp2, gl});
    const std::string strong = "GPGSV,2,1,05,23,38,230,50,29,71,156,50,07,29,116,,08,09,081,50";
    sky.next_second();
    sky.say({strong});
    CHECK(sky.report()->in_view == 7);
    CHECK(sky.report()->signal_db == (150 + 20 + 40) / 6.0);
    sky.say({gp2});
    CHECK(sky.report()->in_view == 7);
    sky.say({gl});
    CHECK(sky.report()->in_view == 7);
    CHECK(sky.report()->signal_db == (150 + 20 + 40) / 6.0);
}

TEST_CASE("parts that are missing: as many as it announces") {
    Sky sky;
    sky.say({"GPGSV,3,1,10,23,38,230,44,29,71,156,47", "GPGSV,3,1,10,23,38,230,44,29,71,156,47"});
    CHECK(sky.report()->in_view == 10);
    CHECK(sky.report()->signal_db == 45.5);
    // Announced with each of its two signals, listed with both: once.
    Sky twice;
    twice.say({"GAGSV,2,1,04,103,35,240,43,136,20,167,40,6",
               "GAGSV,2,2,04,103,35,240,39,136,20,167,36,1"});
    CHECK(twice.report()->in_view == 2);
    CHECK(twice.report()->signal_db == 41.5);
}

TEST_CASE("GSA of one epoch: the last whole one; a number of two systems is two satellites") {
    Sky sky;
    sky.next_second();
    sky.say({"GNGSA,A,3,1,2,3,,,,,,,,,,1,1,1,1"});
    CHECK(sky.report()->used == 3);
    sky.say({"GNGSA,A,3,3,4,,,,,,,,,,,1,1,1,3", "GNGSA,A,3,3,9,,,,,,,,,,,1,1,1,1"});
    sky.next_second();
    CHECK(sky.report()->used == 6); // 1 2 3 9 and 3 4
    sky.say({"GNGSA,A,3,1,,,,,,,,,,,,1,1,1,1"});
    CHECK(sky.report()->used == 6);       // this one may go on
    sky.satellites.time({sky.second, 0}); // the same time again
    CHECK(sky.report()->used == 6);
    sky.next_second();
    CHECK(sky.report()->used == 1);
}

TEST_CASE("what can't be read changes nothing") {
    Sky sky;
    sky.say({gp1, gp2, "GPGSA,A,3,1,2,,,,,,,,,,"});
    sky.say({"GPGSV,2,1,05,xx,38,230,44", "GPGSA,A,3,x,,,,,,,,,,,"});
    const std::string endless = "GPGSV,2,1,05," + std::string(300, '1');
    sky.say({endless});
    CHECK(sky.report()->in_view == 5);
    CHECK(sky.report()->used == 2);
}

TEST_CASE("forgotten after 30 s without, and when time stood still") {
    Sky sky;
    sky.say({gl});
    sky.now = start + 10s;
    sky.say({"GPGSA,A,3,1,2,,,,,,,,,,"});
    CHECK(sky.report()->last == start + 10s);
    sky.now = start + 30s - 1ns;
    CHECK(sky.report()->in_view == 2);
    sky.now = start + 30s;
    CHECK_FALSE(sky.report()->in_view);
    CHECK(sky.report()->used == 2);
    sky.now = start + 40s - 1ns;
    CHECK(sky.report()->used == 2);
    sky.now = start + 40s;
    CHECK_FALSE(sky.report());
    sky.say({gl});
    sky.satellites.forget();
    CHECK_FALSE(sky.report());
}

TEST_CASE("more than is kept: the last ones") {
    Sky sky;
    for (int part = 1; part <= 99; ++part)
        sky.satellites.add(
            "GPGSV,99," + std::to_string(part) + ",99," + std::to_string(part) + ",,,40", sky.now);
    CHECK(sky.report()->in_view == 99);
    CHECK(sky.report()->signal_db == 40);
    for (int i = 1; i <= 99; ++i)
        sky.satellites.add("GPGSA,A,3," + std::to_string(i) + ",,,,,,,,,,,", sky.now);
    CHECK(sky.report()->used == 16);
}
