#include "daemon/setup/find_programs.hpp"

#include "tests/unit/setup/machine.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("programs that are installed, and those that run") {
    const Machine machine;
    machine.file("/usr/sbin/chronyd", "");
    machine.file("/usr/sbin/gpsd", "");
    machine.process(702, "chronyd");
    machine.process(703, "chronyd"); // a privileged helper, or a second one
    machine.process(300, "systemd-timesyn");
    machine.process(5, "bash");
    const auto programs = find_programs(machine.files);
    REQUIRE(programs.size() == 4);
    CHECK(programs[0].name == "chronyd");
    CHECK(programs[0].path == "/usr/sbin/chronyd");
    CHECK(programs[0].pid == 702);
    CHECK(programs[1].name == "chronyd");
    CHECK(programs[1].pid == 703);
    CHECK(programs[2].name == "gpsd");
    CHECK(programs[2].pid == 0);
    CHECK(programs[3].name == "systemd-timesyncd");
    CHECK(programs[3].pid == 300);
}

TEST_CASE("any other process that may write to a unit") {
    const Machine machine;
    machine.process(9, "bash");
    machine.process(10, "myclock");
    machine.file("/proc/10/maps",
                 "7f0000000000-7f0000001000 rw-s 00000000 00:01 3 /SYSV4e545031 (deleted)\n"
                 "7f0000001000-7f0000002000 r--s 00000000 00:01 4 /SYSV4e545030 (deleted)\n");
    machine.process(11, "ppsctl"); // only looks
    machine.file("/proc/11/maps",
                 "7f0000001000-7f0000002000 r--s 00000000 00:01 4 /SYSV4e545030 (deleted)\n");
    machine.process(12, "liar"); // a file of its own with such a name
    machine.file(
        "/proc/12/maps",
        "7f0000001000-7f0000002000 rw-s 00000000 08:01 4 /tmp/SYSV4e545030\n"
        "7f0000002000-7f0000003000 rw-s 00000000 08:01 4 /tmp/a /SYSV4e545030 (deleted)\n");
    machine.process(13, "contained"); // its unit 1 is another one
    machine.file("/proc/13/maps",
                 "7f0000000000-7f0000001000 rw-s 00000000 00:01 3 /SYSV4e545031 (deleted)\n");
    machine.link("/proc/13/ns/ipc", "ipc:[4026532000]");
    const auto programs = find_programs(machine.files);
    REQUIRE(programs.size() == 1);
    CHECK(programs[0].name == "myclock");
    CHECK(programs[0].pid == 10);
    CHECK(programs[0].units == std::vector<int>{1});
}

TEST_CASE("the units that a process is attached to") {
    const Machine machine;
    machine.process(702, "chronyd");
    machine.file("/proc/702/maps",
                 "7f0000000000-7f0000001000 rw-s 00000000 00:01 3 /SYSV4e545031 (deleted)\n"
                 "7f0000001000-7f0000002000 rw-s 00000000 00:01 4 /SYSV4e545030 (deleted)\n"
                 "7f0000002000-7f0000003000 r--s 00000000 00:01 4 /SYSV4e545030 (deleted)\n"
                 "7f0000003000-7f0000004000 r--s 00000000 00:01 5 /SYSV4e54502f (deleted)\n"
                 "7f0000004000-7f0000005000 r--s 00000000 00:01 6 /SYSV4e545130 (deleted)\n"
                 "7f0000005000-7f0000006000 r-xp 00000000 08:01 7 /usr/sbin/chronyd\n");
    CHECK(find_programs(machine.files).front().units == std::vector<int>{0, 1});
}
