#include "daemon/ctl/chrony_choice.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using Lines = std::vector<std::string>;

namespace {

const std::string tracking =
    "50505300,PPS,1,1790000000.123456789,0.000000012,-0.000000045,0.000000101,-20.123,0.001,0.010,"
    "0.000000001,0.000010,16.0,Normal\n";

} // namespace

TEST_CASE("whom chronyd follows, and all its sources") {
    const std::string sources = "#,*,PPS,0,4,377,11,-0.000000045,-0.000000060,0.000000101\n"
                                "#,?,NMEA,0,4,377,11,0.123000000,0.123,0.05\n"
                                "^,-,192.0.2.1,2,6,17,30,+0.001,0.001,0.02\n";
    CHECK(chrony_choice({0, tracking, sources}) ==
          Lines{"chronyd follows PPS: stratum 1, rms offset 101 ns",
                "* PPS  stratum 0, reach 377, offset -45.0 ns",
                "? NMEA  stratum 0, reach 377, offset +123 ms",
                "- 192.0.2.1  stratum 2, reach 17, offset +1.00 ms"});
}

TEST_CASE("no source yet, and a leap second to come") {
    std::string text = tracking;
    text.replace(text.find("Normal"), 6, "Insert second");
    CHECK(chrony_choice({0, text, ""}) ==
          Lines{"chronyd follows PPS: stratum 1, rms offset 101 ns, Insert second"});
    text.replace(text.find("Insert second"), 13, "Not synchronised");
    CHECK(chrony_choice({0, text, ""}) == Lines{"chronyd has selected no source yet"});
}

TEST_CASE("why it isn't known") {
    CHECK(chrony_choice({1, "506 Cannot talk to daemon\nx\n", ""}) ==
          Lines{"chronyd is not asked: 506 Cannot talk to daemon"});
    CHECK(chrony_choice({-1, "", ""}) ==
          Lines{"chronyd is not asked: chronyc is missing, or doesn't answer"});
    CHECK(chrony_choice({1, "\033[2J", ""}) == Lines{"chronyd is not asked: ?[2J"});
}

TEST_CASE("what is no answer of chronyc's is left out") {
    CHECK(chrony_choice({0, "", ""}) ==
          Lines{"chronyd is not asked: chronyc's answer can't be read"});
    CHECK(chrony_choice({0, tracking.substr(0, 60), "#,*,PPS\n,,,,,,,x\n"}) ==
          Lines{"chronyd is not asked: chronyc's answer can't be read",
                "   stratum , reach , offset unknown"});
}
