#include "daemon/setup/find_ports.hpp"

#include "tests/unit/setup/machine.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

std::vector<std::string> paths(const Machine& machine) {
    std::vector<std::string> all;
    for (const auto& port : find_ports(machine.files))
        all.push_back(port.path);
    return all;
}

} // namespace

TEST_CASE("ports are ttys with hardware behind them") {
    const Machine machine;
    machine.tty("ttyAMA0", "platform/soc/fe201000.serial", "uart-pl011");
    machine.tty("ttyACM0", "pci0/usb1/1-1/1-1:1.0", "cdc_acm");
    machine.tty("ttyUSB10", "pci0/usb1/1-2/1-2:1.0/ttyUSB10", "cp210x");
    machine.tty("tty1", "virtual", "");
    machine.tty("ttyprintk", "virtual2", "");
    machine.tty("ttyS", "virtual3", "");
    CHECK(paths(machine) ==
          std::vector<std::string>{"/dev/ttyACM0", "/dev/ttyAMA0", "/dev/ttyUSB10"});
}

TEST_CASE("the 8250 driver's ports without hardware are none") {
    const Machine machine;
    machine.tty("ttyS0", "pnp0/00:04", "serial");
    machine.tty("ttyS1", "platform/serial8250", "serial8250");
    // Since Linux 6.5 there are two devices more in between.
    machine.tty("ttyS2", "platform/serial8250/serial8250:0/serial8250:0.2", "port");
    CHECK(paths(machine) == std::vector<std::string>{"/dev/ttyS0"});
    machine.file("/sys/class/tty/ttyS1/type", "4\n");
    machine.file("/sys/class/tty/ttyS0/type", "0\n");
    CHECK(paths(machine) == std::vector<std::string>{"/dev/ttyS1"});
}

TEST_CASE("a driver is that of the nearest device that has one") {
    const Machine machine;
    machine.tty("ttyS0", "platform/soc/fe215040.serial/fe215040.serial:0/fe215040.serial:0.0",
                "port");
    machine.link("/sys/devices/platform/soc/fe215040.serial/fe215040.serial:0/driver",
                 "../drivers/ctrl");
    machine.link("/sys/devices/platform/soc/fe215040.serial/driver",
                 "../../bus/platform/drivers/bcm2835-aux-uart");
    CHECK(find_ports(machine.files).front().driver == "bcm2835-aux-uart");
}

TEST_CASE("a port's links, its console, and who has it open") {
    const Machine machine;
    machine.tty("ttyAMA0", "platform/fe201000.serial", "uart-pl011");
    machine.tty("ttyAMA1", "platform/fe201400.serial", "uart-pl011");
    machine.link("/dev/serial0", "ttyAMA0");
    machine.link("/dev/serial/by-id/usb-u-blox", "../../ttyAMA1");
    machine.file("/sys/class/tty/console/active", "tty1 ttyAMA0\n");
    machine.process(812, "agetty");
    machine.link("/proc/812/fd/0", "/dev/ttyAMA0");
    machine.link("/proc/812/fd/1", "/dev/ttyAMA0");
    machine.process(12, "ours");
    machine.link("/proc/12/fd/3", "/dev/ttyAMA0");
    machine.link("/proc/self", "12");
    const auto ports = find_ports(machine.files);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].links == std::vector<std::string>{"/dev/serial0"});
    CHECK(ports[0].console);
    REQUIRE(ports[0].holders.size() == 1);
    CHECK(ports[0].holders[0].program == "agetty");
    CHECK(ports[0].holders[0].pid == 812);
    CHECK(ports[1].links == std::vector<std::string>{"/dev/serial/by-id/usb-u-blox"});
    CHECK_FALSE(ports[1].console);
    CHECK(ports[1].holders.empty());
}

TEST_CASE("a port that is named is the device behind its link") {
    const Machine machine;
    machine.tty("ttyS1", "platform/serial8250", "serial8250");
    machine.link("/dev/gps", "ttyS1");
    CHECK(find_port("/dev/gps", machine.files).path == "/dev/ttyS1");
    CHECK(find_port("/dev/gone", machine.files).path == "/dev/gone");
}

TEST_CASE("of processes that may not be looked into, what they are started with tells") {
    const Machine machine;
    machine.tty("ttyAMA0", "platform/fe201000.serial", "uart-pl011");
    machine.tty("ttyS0", "platform/fe215040.serial", "bcm2835-aux-uart");
    machine.link("/dev/serial0", "ttyS0");
    machine.process(812, "agetty");
    machine.file("/proc/812/cgroup",
                 "0::/system.slice/system-serial\\x2dgetty.slice/serial-getty@ttyAMA0.service\n");
    machine.process(900, "gpsd");
    machine.file("/proc/900/cmdline", std::string_view{"/usr/sbin/gpsd\0-n\0/dev/serial0\0", 31});
    machine.process(901, "editor"); // whose descriptors may be seen
    machine.link("/proc/901/fd/0", "/dev/pts/1");
    machine.file("/proc/901/cmdline", std::string_view{"vi\0/dev/ttyS0\0", 14});
    machine.process(902, "other");
    machine.file("/proc/902/cmdline", std::string_view{"cat\0/dev/ttyS01\0", 16});
    const auto ports = find_ports(machine.files);
    REQUIRE(ports.size() == 2);
    REQUIRE(ports[0].holders.size() == 1);
    CHECK(ports[0].holders[0].program == "agetty");
    REQUIRE(ports[1].holders.size() == 1);
    CHECK(ports[1].holders[0].program == "gpsd");
}
