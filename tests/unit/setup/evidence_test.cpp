#include "daemon/setup/evidence.hpp"

#include "tests/unit/support/status.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("what ppsd says of itself") {
    const auto facts = parse_status(status_json(locked()));
    REQUIRE(facts);
    CHECK(facts->state == "locked");
    CHECK(facts->reason.empty());
    CHECK(facts->explanation == "samples are published");
    CHECK(facts->for_s == 61);
    CHECK(facts->delay_s);
    CHECK_FALSE(facts->jitter_s);
    REQUIRE(facts->outputs.size() == 3);
    CHECK(facts->outputs[0].name == "shm:1");
    CHECK(facts->outputs[0].taken == 12);
    CHECK(facts->outputs[1].dropped == 3);
    CHECK(facts->outputs[1].problem == "its queue is full");
}

TEST_CASE("what isn't ppsd's is no status") {
    for (const char* const text :
         {"", "{", "[]", "7", "{}", R"({"program": "gpsd"})", R"({"program": 7})"})
        CHECK_FALSE(parse_status(text));
    const auto odd =
        parse_status(R"({"program": "ppsd", "pps": {"outputs": [7, {}]}, "for_s": ""})");
    REQUIRE(odd);
    CHECK(odd->outputs.size() == 1);
    const auto absurd = parse_status(
        R"({"program": "ppsd", "pps": {"outputs": [{"taken": -1, "dropped": 1e300}]}})");
    REQUIRE(absurd);
    CHECK(absurd->outputs[0].taken == 0);
    CHECK(absurd->outputs[0].dropped == 0);
}

TEST_CASE("chronyc's local clocks") {
    // chronyc 4.3: mode, state, name, stratum, poll, reach, last rx, offsets, error.
    const auto sources =
        parse_chronyc_sources("#,*,PPS,0,0,377,1,0.000000001,0.000000002,0.0000001\n"
                              "#,?,NMEA,0,4,17,3,0.1,0.1,0.05\n"
                              "^,-,192.0.2.1,2,6,377,20,0.001,0.001,0.02\n"
                              "nonsense\n\n#,**,X,0,0,1,1\n");
    REQUIRE(sources.size() == 2);
    CHECK(sources[0].name == "PPS");
    CHECK(sources[0].state == '*');
    CHECK(sources[0].reach == 0377);
    CHECK(sources[1].name == "NMEA");
    CHECK(sources[1].state == '?');
    CHECK(sources[1].reach == 017);
}

TEST_CASE("why chronyd has not selected a source") {
    auto sources = parse_chronyc_sources("#,*,PPS,0,0,377,1,0,0,0\n#,?,NMEA,0,4,17,3,0,0,0\n");
    // chronyc 4.3: state, name, authentication, options (ten), last, score, interval, leap.
    add_selection("N,NMEA,N,N,-,-,-,-,N,-,-,-,-,0,1.0,-0.1,0.1,Normal\n"
                  "d,192.0.2.1,N,-,-,-,-,-,-,-,-,-,-,0,1.0,-0.1,0.1,Normal\n"
                  "xx,PPS,N\nnonsense\n\n",
                  sources);
    CHECK(sources[0].why == 0);
    CHECK(sources[1].why == 'N');
    sources[0].name = "NMEA"; // which of both a row is about is not known
    sources[1].why = 0;
    add_selection("M,NMEA,N\n", sources);
    CHECK(sources[0].why == 0);
    CHECK(sources[1].why == 0);
}

TEST_CASE("ntpq's local clocks, of NTPsec and of ntp.org") {
    const auto sources = parse_ntpq_peers(
        "     remote           refid      st t when poll reach   delay   offset   jitter\n"
        "===============================================================================\n"
        "*SHM(1)          .PPS.            0 l    3   16  377   0.0000   0.0012   0.0010\n"
        " 127.127.28.0    .NMEA.           0 l    -   16    0    0.000    0.000   0.000\n"
        "o127.127.28.1    .PPS.            0 l    -   16    1    0.000    0.000   0.000\n"
        "#SHM(2)          .X.              0 l    -   16   10    0.000    0.000   0.000\n"
        "+192.0.2.1       .GPS.            1 u    3   64  377    1.000    0.000   0.000\n");
    REQUIRE(sources.size() == 4);
    CHECK(sources[0].name == "SHM(1)");
    CHECK(sources[0].state == '*');
    CHECK(sources[0].reach == 0377);
    CHECK(sources[1].state == '?');
    CHECK(sources[1].reach == 0);
    CHECK(sources[2].state == '*');
    CHECK(sources[3].state == '-');
    CHECK(sources[3].reach == 8);
}
