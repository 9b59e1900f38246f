#include "daemon/ctl/ntp_choice.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using Lines = std::vector<std::string>;

namespace {

NtpStatus following(const std::string& leap) {
    NtpStatus status;
    status.tracking = Tracking{};
    status.tracking->name = "PPS";
    status.tracking->stratum = 1;
    status.tracking->rms_offset = 101e-9;
    status.tracking->leap = leap;
    return status;
}

} // namespace

TEST_CASE("which source it follows, and all of them") {
    NtpStatus status = following("Normal");
    status.sources = {{.mode = '#', .state = '*', .name = "PPS", .reach = 0377, .offset = -45e-9},
                      {.mode = '^',
                       .state = '-',
                       .name = "192.0.2.1",
                       .stratum = 2,
                       .reach = 017,
                       .offset = 1e-3}};
    CHECK(ntp_choice(status) == Lines{"chronyd follows PPS: stratum 1, rms offset 101 ns",
                                      "* PPS  stratum 0, reach 377, offset -45.0 ns",
                                      "- 192.0.2.1  stratum 2, reach 17, offset +1.00 ms"});
    status.program = "ntpd";
    CHECK(ntp_choice(status).front() == "ntpd follows PPS: stratum 1, rms offset 101 ns");
}

TEST_CASE("no source yet, and a leap second to come") {
    CHECK(ntp_choice(following("Insert second")) ==
          Lines{"chronyd follows PPS: stratum 1, rms offset 101 ns, Insert second"});
    CHECK(ntp_choice(following("Not synchronised")) == Lines{"chronyd has selected no source yet"});
}

TEST_CASE("why it isn't known; nothing moves the terminal's cursor") {
    NtpStatus status;
    status.problem = "chronyc: 506 Cannot talk to daemon";
    CHECK(ntp_choice(status) == Lines{"NTP daemon unknown: chronyc: 506 Cannot talk to daemon"});
    status.problem = "\033[2J";
    CHECK(ntp_choice(status) == Lines{"NTP daemon unknown: ?[2J"});
}
