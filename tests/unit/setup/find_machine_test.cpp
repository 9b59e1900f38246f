#include "daemon/setup/find_machine.hpp"

#include "tests/unit/setup/machine.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace std::string_view_literals;

TEST_CASE("a board is what the device tree says") {
    const Machine machine;
    machine.file("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0"sv);
    machine.file("/proc/device-tree/compatible", "raspberrypi,4-model-b\0brcm,bcm2711\0"sv);
    machine.file("/sys/class/dmi/id/product_name", "other\n");
    const auto board = find_board(machine.files);
    CHECK(board.model == "Raspberry Pi 4 Model B Rev 1.4");
    CHECK(board.compatible == std::vector<std::string>{"raspberrypi,4-model-b", "brcm,bcm2711"});
}

TEST_CASE("a PC's is what its firmware says") {
    const Machine machine;
    machine.file("/sys/class/dmi/id/sys_vendor", "LENOVO\n");
    CHECK(find_board(machine.files).model == "LENOVO");
    machine.file("/sys/class/dmi/id/product_name", "20XW\n");
    CHECK(find_board(machine.files).model == "LENOVO 20XW");
    CHECK(find_board(machine.files).compatible.empty());
    CHECK(find_board(Machine{}.files).model.empty());
}

TEST_CASE("the system is what os-release and /proc say") {
    const Machine machine;
    machine.file("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
                                    "VERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nID=debian\n");
    machine.file("/proc/sys/kernel/osrelease", "6.1.21-v8+\n");
    machine.file("/proc/stat", "cpu  1 2\ncpu0 1 2\ncpu1 3 4\nintr 5\n");
    const auto system = find_system(machine.files);
    CHECK(system.os == "debian");
    CHECK(system.version == "12");
    CHECK(system.name == "Debian GNU/Linux 12 (bookworm)");
    CHECK(system.kernel == "6.1.21-v8+");
    CHECK(system.processors == 2);
    CHECK_FALSE(system.machine.empty());
    CHECK_FALSE(system.libgpiod.empty());
}
