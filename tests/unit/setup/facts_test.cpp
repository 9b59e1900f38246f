#include "daemon/setup/facts.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;

TEST_CASE("a program runs if one of its processes does") {
    Facts facts;
    facts.programs = {{"gpsd", "/usr/sbin/gpsd", 0, {}}, {"chronyd", "", 702, {}}};
    CHECK(running(facts, "gpsd") == nullptr);
    CHECK(running(facts, "ntpd") == nullptr);
    CHECK(running(facts, "chronyd") == &facts.programs[1]);
}

TEST_CASE("a line is named as ppsd.conf has it") {
    Facts facts;
    facts.lines = {{"/dev/gpiochip0", 18, "GPIO18", "", "", {}},
                   {"/dev/gpiochip0", 19, "", "", "", {}},
                   {"/dev/gpiochip1", 2, "TWICE", "", "", {}},
                   {"/dev/gpiochip2", 2, "TWICE", "", "", {}},
                   {"/dev/gpiochip2", 3, "P9_26 [uart1_rxd]", "", "", {}},
                   {"/dev/gpiochip2",
                    4,
                    "\x1b"
                    "cPPS",
                    "",
                    "",
                    {}},
                   {"/dev/gpiochip2", 5, "PPS#1", "", "", {}}};
    CHECK(source_of(facts.lines[0], facts) == "gpio:GPIO18");
    CHECK(source_of(facts.lines[1], facts) == "gpio:gpiochip0/19");
    CHECK(source_of(facts.lines[2], facts) == "gpio:gpiochip1/2");
    CHECK(source_of(facts.lines[3], facts) == "gpio:gpiochip2/2");
    CHECK(source_of(facts.lines[4], facts) == "gpio:gpiochip2/3");
    CHECK(source_of(facts.lines[5], facts) == "gpio:gpiochip2/4");
    CHECK(source_of(facts.lines[6], facts) == "gpio:gpiochip2/5");
}
