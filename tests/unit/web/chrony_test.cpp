#include "daemon/web/chrony.hpp"

#include <doctest/doctest.h>

using namespace ppsd::web;

TEST_CASE("tracking as chronyc -c prints it") {
    const auto tracking =
        parse_tracking("50505300,PPS,1,1795889773.1,-0.000000120,0.000000031,0.000000088,-20.301,"
                       "-0.001,0.012,0.000000001,0.000016000,16.0,Normal\n");
    REQUIRE(tracking);
    CHECK(tracking->name == "PPS");
    CHECK(tracking->stratum == 1);
    CHECK(tracking->offset == doctest::Approx(-1.2e-7));
    CHECK(tracking->frequency_ppm == doctest::Approx(-20.301));
    CHECK(tracking->update_interval == 16);
    CHECK(tracking->leap == "Normal");
}

TEST_CASE("what is no tracking is none") {
    CHECK_FALSE(parse_tracking(""));
    CHECK_FALSE(parse_tracking("506 Cannot talk to daemon\n"));
    CHECK_FALSE(parse_tracking("50505300,PPS,x,1,0,0,0,0,0,0,0,0,0,Normal"));
    CHECK_FALSE(parse_tracking("50505300,PPS,1,1,nan,0,0,0,0,0,0,0,0,Normal"));
    CHECK_FALSE(parse_tracking("50505300,PPS,1,1,0,0,0,0,0,0,0,0,0")); // a column too few
}

TEST_CASE("sources: reach is octal, lines that are none are passed over") {
    const auto sources =
        parse_sources("#,*,PPS,0,4,377,12,-0.000000120,-0.000000110,0.000000190\n"
                      "garbage\n"
                      "^,-,192.0.2.1,2,6,17,44,-0.000410000,-0.000409000,0.008200000\n\n");
    REQUIRE(sources.size() == 2);
    CHECK(sources[0].mode == '#');
    CHECK(sources[0].state == '*');
    CHECK(sources[0].reach == 255);
    CHECK(sources[0].offset == doctest::Approx(-1.1e-7));
    CHECK(sources[1].name == "192.0.2.1");
    CHECK(sources[1].reach == 15);
    ChronyStatus status;
    status.sources = sources;
    REQUIRE(status.selected());
    CHECK(status.selected()->name == "PPS");
    status.sources.erase(status.sources.begin());
    CHECK(status.selected() == nullptr);
}

TEST_CASE("clients") {
    const auto clients = parse_clients("192.0.2.7,1202,3,6,127,7,0,0,127,4294967295\n");
    REQUIRE(clients.size() == 1);
    CHECK(clients[0].packets == 1202);
    CHECK(clients[0].dropped == 3);
    CHECK(clients[0].last == 7);
}
