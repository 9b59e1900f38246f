#include "hal/machine_files.hpp"

#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <filesystem>

using namespace hal;
using namespace ppsd::app::test;
using namespace std::string_view_literals;

TEST_CASE("files are read below the root, without the ends of their lines") {
    const ScratchDir top;
    const MachineFiles files{top.folder()};
    std::ignore = top.file("proc/a", "one\ntwo\n\n"sv);
    std::ignore = top.file("proc/b", "zero\0ended\0"sv);
    std::ignore = top.file("proc/c", "");
    CHECK(files.text("/proc/a") == "one\ntwo");
    CHECK(files.text("/proc/b") == "zero\0ended"sv);
    CHECK(files.text("/proc/c") == "");
    CHECK_FALSE(files.text("/proc/d"));
    CHECK_FALSE(files.text("/proc"));
    CHECK(files.exists("/proc/c"));
    CHECK_FALSE(files.exists("/proc/d"));
}

TEST_CASE("folders are listed, and links followed") {
    const ScratchDir top;
    const MachineFiles files{top.folder()};
    std::ignore = top.file("dev/ttyS1", "");
    std::ignore = top.file("dev/ttyS0", "");
    std::filesystem::create_symlink("ttyS0", top.path("dev/serial0"));
    std::filesystem::create_symlink("gone", top.path("dev/other"));
    CHECK(files.names("/dev") == std::vector<std::string>{"other", "serial0", "ttyS0", "ttyS1"});
    CHECK(files.names("/none").empty());
    CHECK(files.link("/dev/serial0") == "ttyS0");
    CHECK_FALSE(files.link("/dev/ttyS0"));
    CHECK(files.exists("/dev/other"));
    CHECK(files.real("/dev/serial0") == "/dev/ttyS0");
    CHECK(files.real("/dev/other").empty());
}

TEST_CASE("processes are the numbers in /proc, in their order") {
    const ScratchDir top;
    for (const char* const name : {"proc/12/comm", "proc/9/comm", "proc/sys/x", "proc/1a/comm"})
        std::ignore = top.file(name, "");
    CHECK(MachineFiles{top.folder()}.processes() == std::vector<int>{9, 12});
}

TEST_CASE("this machine has files, too") {
    const MachineFiles files;
    CHECK(files.text("/proc/sys/kernel/ostype") == "Linux");
    CHECK(files.real("/proc/self").starts_with("/proc/"));
    CHECK_FALSE(hardware_name().empty());
}
