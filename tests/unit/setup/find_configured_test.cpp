#include "daemon/setup/find_configured.hpp"

#include "tests/unit/setup/machine.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("the texts of the files that are there, chrony's folder with them") {
    const Machine machine;
    machine.file("/boot/firmware/config.txt", "a=1\n");
    machine.file("/etc/chrony/conf.d/mine.conf", "allow\n");
    machine.file("/etc/chrony/conf.d/README", "no\n");
    machine.file("/etc/passwd", "no\n");
    const auto found = find_configured(machine.files);
    CHECK(found.files ==
          std::map<std::string, std::string>{{"/boot/firmware/config.txt", "a=1\n"},
                                             {"/etc/chrony/conf.d/mine.conf", "allow\n"}});
    CHECK(found.units.empty()); // systemd doesn't run there
    CHECK_FALSE(found.reboot_pending);
}

TEST_CASE("the root file system is read only if its last mount is") {
    const Machine machine;
    CHECK_FALSE(find_configured(machine.files).read_only);
    machine.file("/proc/mounts", "/dev/mmcblk0p2 / ext4 ro,noatime 0 0\ntmpfs /run tmpfs rw 0 0\n");
    CHECK(find_configured(machine.files).read_only);
    machine.file("/proc/mounts",
                 "/dev/mmcblk0p2 / ext4 ro 0 0\noverlay / overlay rw,error=ro 0 0\n");
    CHECK_FALSE(find_configured(machine.files).read_only);
    // What is written there is gone with the next boot.
    machine.file("/proc/mounts", "overlay / overlay rw,lowerdir=/lower,upperdir=/upper/data 0 0\n");
    CHECK(find_configured(machine.files).read_only);
    machine.file(
        "/proc/mounts",
        "overlayroot / overlay rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/o 0 0\n");
    CHECK(find_configured(machine.files).read_only);
}
