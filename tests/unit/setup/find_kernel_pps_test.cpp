#include "daemon/setup/find_kernel_pps.hpp"

#include "tests/unit/setup/machine.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("an event is its time and its number") {
    const auto event = parse_pps_event("1331585612.123456789#1234");
    REQUIRE(event);
    CHECK(event->seconds == doctest::Approx(1331585612.123456789));
    CHECK(event->sequence == 1234);
    for (const char* const text : {"", "1331585612", "1331585612.5", "a.5#1", "1.5#", "1.5#1x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_pps_event(text));
    }
}

TEST_CASE("a device's period is that between two looks") {
    const Machine machine;
    machine.file("/sys/class/pps/pps0/name", "pps@12.-1\n");
    machine.file("/sys/class/pps/pps0/assert", "100.000000000#10\n");
    machine.file("/sys/class/pps/pps1/name", "serial1\n");
    machine.file("/sys/class/pps/pps1/assert", "0.000000000#0\n");
    const KernelPpsWatch watch{machine.files};
    machine.file("/sys/class/pps/pps0/assert", "104.000000000#14\n");
    machine.file("/sys/class/pps/pps1/assert", "1764000000.000000000#3\n");
    const auto devices = watch.facts();
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].path == "/dev/pps0");
    CHECK(devices[0].source == "pps@12.-1");
    CHECK(devices[0].period_s == doctest::Approx(1));
    CHECK_FALSE(devices[1].period_s);
}
