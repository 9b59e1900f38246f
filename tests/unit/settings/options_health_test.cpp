#include "daemon/settings/options.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace std::chrono_literals;

namespace {

Options parsed(const std::vector<std::string>& arguments) {
    std::vector<std::string> all{"--nmea", "uart:/dev/ttyS0"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return parse_command_line(all, "/nonexistent/ppsd.conf").options;
}

} // namespace

TEST_CASE("distrust: a minute, and both sides of its limits") {
    CHECK(parsed({}).distrust == 60s);
    CHECK(parsed({"--distrust", "0"}).distrust == 0s);
    CHECK(parsed({"--distrust", "86400"}).distrust == 24h);
    for (const char* text : {"-1", "86401", "no"})
        CHECK(contains(refusal<hal::UsageError>([&] {
                           parsed({"--distrust", text});
                       }),
                       "distrust"));
}

TEST_CASE("who it becomes, and where it is asked: nothing unless it is said") {
    CHECK(parsed({}).user.empty());
    CHECK(parsed({}).status_socket.empty());
    CHECK(parsed({"--user", "gps"}).user == "gps");
    CHECK(parsed({"--status-socket", "none"}).status_socket == "none");
}
