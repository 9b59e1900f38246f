// Facts and evidence of machines on which all is well.
#pragma once

#include "daemon/setup/evidence.hpp"

namespace ppsd::app::test {

inline Facts board_that_works() {
    Facts facts;
    facts.board = {"Raspberry Pi 4 Model B Rev 1.4", {"raspberrypi,4-model-b", "brcm,bcm2711"}};
    facts.system = {"debian", "12",   "Debian GNU/Linux 12 (bookworm)", "6.1.21-v8+", "aarch64",
                    4,        "1.6.3"};
    PortFacts receiver;
    receiver.path = "/dev/ttyS0";
    receiver.links = {"/dev/serial0"};
    receiver.driver = "bcm2835-aux-uart";
    receiver.heard = HeardFacts{
        9600, 3.5,  1700, 24, 1, {{"GNRMC", 4}, {"GPGSV", 20}}, {}, 0.51, "2026-03-31T00:00:01Z",
        "",   0.123};
    PortFacts taken;
    taken.path = "/dev/ttyAMA0";
    taken.console = true;
    taken.holders = {{"agetty", 812}};
    facts.ports = {taken, receiver};
    facts.lines = {
        {"/dev/gpiochip0", 4, "GPIO4", "", "", PulseFacts{20, 0.2, 0.01, "rising", 0.0001}},
        {"/dev/gpiochip0", 14, "TXD1", "", "its pin serves fe215040.serial", {}},
        {"/dev/gpiochip0", 17, "GPIO17", "", "", PulseFacts{7, {}, {}, "", {}}},
        {"/dev/gpiochip0", 18, "GPIO18", "", "", PulseFacts{8, 1.0, 0.1, "rising", 3e-6}},
        {"/dev/gpiochip0", 19, "GPIO19", "", "", PulseFacts{}}};
    facts.kernel_pps = {{"/dev/pps0", "serial1", 1.0}, {"/dev/pps1", "pps@12.-1", {}}};
    facts.programs = {{"chronyd", "/usr/sbin/chronyd", 702, {0, 1}},
                      {"gpsd", "/usr/sbin/gpsd", 0, {}}};
    return facts;
}

/// A machine on which all is well.
inline Evidence well() {
    Evidence evidence;
    evidence.config = "/etc/ppsd.conf";
    evidence.units = {1, 0};
    evidence.pps_unit = 1;
    evidence.segments = {{1, true, "root", "ppsd", 0660}, {0, true, "root", "ppsd", 0660}};
    evidence.ppsd = PpsdFacts{"locked",
                              "",
                              "samples are published",
                              7300,
                              0.13,
                              3e-6,
                              {{"shm:1", 100, 0, ""}, {"shm:0", 90, 2, ""}},
                              {},
                              {}};
    evidence.facts.programs = {{"chronyd", "/usr/sbin/chronyd", 702, {0, 1}},
                               {"gpsd", "/usr/sbin/gpsd", 0, {}}};
    evidence.sources = std::vector<SourceFacts>{{"PPS", '*', 0377}, {"NMEA", '?', 0377}};
    evidence.leap_days = 200;
    evidence.governor = "performance";
    evidence.root = true;
    return evidence;
}

} // namespace ppsd::app::test
