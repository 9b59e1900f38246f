#include "daemon/observe/ask_ntp.hpp"

#include <doctest/doctest.h>

using namespace ppsd;

namespace {

const std::string tracking =
    "50505300,PPS,1,1795889773.1,-0.000000120,0.000000031,0.000000088,-20.301,"
    "-0.001,0.012,0.000000001,0.000016000,16.0,Normal\n";
const std::string sources = "#,*,PPS,0,4,377,12,-0.000000120,-0.000000110,0.000000190\n"
                            "garbage\n"
                            "^,-,192.0.2.1,2,6,17,44,+0.000410000,+0.000409000,0.008200000\n\n";

// Of chronyc 4.6.1 (Debian 13) with ppsd's simulated receiver, a server and a client
// (tests/e2e/chronyc_test.py): `chronyc -c -n -m tracking sources clients`.
const std::string chronyc_4_6 =
    "50505300,PPS,1,1795938593.701063848,0.000000095,-0.000001575,0.000000545,-0.011,0.054,0.125,"
    "0.000000001,0.000003808,0.7,Normal\n"
    "#,*,PPS,0,0,7,2,-0.000000263,-0.000001838,0.000000101\n"
    "#,?,NMEA,0,0,377,2,-0.000508401,-0.000508401,0.000000020\n"
    "^,-,127.0.0.1,3,0,377,2,0.000001780,0.000000308,0.000002955\n"
    "127.0.0.1,11,0,0,127,0,0,0,127,4294967295\n";

// NTPsec 1.2.2's, `ntpq -n -u -c rv -c peers`, with ppsd's simulated receiver, but for the last
// peers and the first line's colour.
const std::string ntpq =
    "associd=0 status=c416 leap_alarm, sync_uhf_radio, 1 event, restart,\n"
    "leap=01, stratum=1, precision=-24, rootdelay=0.0, rootdisp=187.543,\n"
    "refid=PPS, reftime=eeb61157.10e6d2ad 2026-11-29T02:49:59.066Z, tc=4,\n"
    "peer=17767, offset=-0.000563, frequency=20.5, sys_jitter=0.000443, clk_jitter=6e-05,\n"
    "clock=eeb61158.2b775ca7 2026-11-29T02:50:00.169Z, processor=\"x86_64\",\n"
    "system=\"Linux/6.18\", version=\"ntpd ntpsec-1.2.2\", clk_wander=0.002,\n"
    "mintc=0\n"
    "     remote           refid      st t when poll reach   delay   offset   jitter\n"
    "===============================================================================\n"
    "*SHM(2)          .PPS.            0 l    1    1   77      0ns   -563ns    443ns\n"
    " SHM(3)          .NMEA.           0 l    -    1  377      0ns  1.025us 64.831ms\n"
    " 127.0.0.1       .INIT.          16 u    -   64    0      0ns      0ns     60ns\n"
    "+192.0.2.1       .GPS.            1 u  12m  17m  377 4.000ms 1.5\xc2\xb5s  1.000ms\n"
    "o192.0.2.2       192.0.2.9        2 s   35   64  177  0.2000   0.1000   0.3000\n";

} // namespace

TEST_CASE("tracking as chronyc -c prints it") {
    const auto status = parse_chronyc(0, tracking);
    CHECK(status.problem.empty());
    CHECK(status.program == "chronyd");
    REQUIRE(status.tracking);
    CHECK(status.tracking->name == "PPS");
    CHECK(status.tracking->stratum == 1);
    CHECK(status.tracking->offset == doctest::Approx(-1.2e-7));
    CHECK(status.tracking->frequency_ppm == doctest::Approx(-20.301));
    CHECK(status.tracking->update_interval == 16);
    CHECK(status.tracking->leap == "Normal");
    CHECK(status.clients->empty());
}

TEST_CASE("what is no tracking is a problem") {
    for (const char* text : {"", "50505300,PPS,x,1,0,0,0,0,0,0,0,0,0,Normal",
                             "50505300,PPS,1,1,nan,0,0,0,0,0,0,0,0,Normal",
                             "50505300,PPS,1,1,0,0,0,0,0,0,0,0,0"}) { // a column too few
        const auto status = parse_chronyc(0, text);
        CHECK_FALSE(status.tracking);
        CHECK(status.problem == "chronyc: its answer can't be read");
    }
    CHECK(parse_chronyc(1, "506 Cannot talk to daemon\nx").problem ==
          "chronyc: 506 Cannot talk to daemon");
    CHECK(parse_chronyc(-1, "").problem == "chronyc is missing, or doesn't answer");
}

TEST_CASE("sources: reach is octal, lines that are none are passed over") {
    auto status = parse_chronyc(0, tracking + sources);
    REQUIRE(status.sources.size() == 2);
    CHECK(status.sources[0].mode == '#');
    CHECK(status.sources[0].reach == 255);
    CHECK(status.sources[0].offset == doctest::Approx(-1.2e-7));
    CHECK(status.sources[1].name == "192.0.2.1");
    CHECK(status.sources[1].reach == 15);
    CHECK(status.sources[1].offset == doctest::Approx(4.1e-4));
    REQUIRE(status.selected());
    CHECK(status.selected()->name == "PPS");
    status.sources.erase(status.sources.begin());
    CHECK(status.selected() == nullptr);
}

TEST_CASE("clients: root's; who isn't gets an exit code of 1 for them alone") {
    const std::string clients = "192.0.2.7,1202,3,6,127,7,0,0,127,4294967295\n";
    const auto all = parse_chronyc(0, tracking + sources + clients);
    CHECK(all.sources.size() == 2);
    REQUIRE(all.clients);
    REQUIRE(all.clients->size() == 1);
    CHECK(all.clients->front().packets == 1202);
    CHECK(all.clients->front().dropped == 3);
    CHECK(all.clients->front().last == 7);
    const auto refused = parse_chronyc(1, tracking + sources + "501 Not authorised\n");
    CHECK(refused.problem.empty());
    CHECK(refused.sources.size() == 2);
    CHECK_FALSE(refused.clients);
    CHECK(refused.clients_problem == "chronyd lists its clients for root only: chronyc clients");
}

TEST_CASE("a newer chronyd's answer") {
    const auto status = parse_chronyc(0, chronyc_4_6);
    CHECK(status.problem.empty());
    REQUIRE(status.tracking);
    CHECK(status.tracking->name == "PPS");
    CHECK(status.tracking->offset == doctest::Approx(95e-9));
    CHECK(status.tracking->update_interval == doctest::Approx(0.7));
    REQUIRE(status.sources.size() == 3);
    CHECK(status.sources[0].state == '*');
    CHECK(status.sources[1].offset == doctest::Approx(-508.401e-6));
    CHECK(status.sources[2].mode == '^');
    REQUIRE(status.clients);
    CHECK(status.clients->front().packets == 11);
}

TEST_CASE("ntpd by ntpq: its variables") {
    const auto status = parse_ntpq(0, ntpq);
    CHECK(status.problem.empty());
    CHECK(status.program == "ntpd");
    REQUIRE(status.tracking);
    CHECK(status.tracking->name == "PPS");
    CHECK(status.tracking->stratum == 1);
    CHECK(status.tracking->offset == doctest::Approx(-563e-12).epsilon(1e-6)); // ms there
    CHECK(status.tracking->rms_offset == doctest::Approx(443e-9));
    CHECK(status.tracking->root_dispersion == doctest::Approx(0.187543));
    CHECK(status.tracking->update_interval == 16);
    // ntpd says by how much it speeds the clock up.
    CHECK(status.tracking->frequency_ppm == doctest::Approx(-20.5));
    CHECK(status.tracking->leap == "Insert second");
}

TEST_CASE("ntpd by ntpq: its peers, with chronyc's signs, states and modes") {
    const auto peers = parse_ntpq(0, ntpq).sources;
    REQUIRE(peers.size() == 5);
    CHECK(peers[0].name == "SHM(2)");
    CHECK(peers[0].mode == '#');
    CHECK(peers[0].state == '*');
    CHECK(peers[0].reach == 077);
    CHECK(peers[0].offset == doctest::Approx(563e-9));
    CHECK(peers[0].error == doctest::Approx(443e-9));
    CHECK(peers[0].last_received == 1);
    CHECK(peers[1].state == '?');
    CHECK(peers[1].offset == doctest::Approx(-1.025e-6));
    CHECK(peers[2].mode == '^');
    CHECK(peers[2].stratum == 16);
    CHECK(peers[3].state == '+');
    CHECK(peers[3].last_received == 720);
    CHECK(peers[3].poll == 10); // 17 min: 1024 s
    CHECK(peers[3].offset == doctest::Approx(-1.5e-6));
    CHECK(peers[3].error == doctest::Approx(3e-3));
    CHECK(peers[4].mode == '=');
    CHECK(peers[4].state == '*');
    CHECK(peers[4].offset == doctest::Approx(-1e-4)); // ms where there is no unit
}

TEST_CASE("an ntpq that is missing, or whose answer is none") {
    CHECK(parse_ntpq(-1, "").problem == "ntpq is missing, or doesn't answer");
    CHECK(parse_ntpq(0, "***Request timed out\n").problem ==
          "ntpq's answer can't be read: ***Request timed out");
}

TEST_CASE("ntpq costs more, and is asked less often") {
    CHECK(ask_again_after(parse_chronyc(0, tracking)).count() == 10);
    CHECK(ask_again_after(parse_ntpq(0, ntpq)).count() == 60);
    CHECK(ask_again_after(parse_ntpq(-1, "")).count() == 10);
}
