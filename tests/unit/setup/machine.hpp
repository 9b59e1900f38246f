// A machine's files, in a folder of the test's own.
#pragma once

#include "hal/machine_files.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace ppsd::app::test {

struct Machine {
    ScratchDir top;
    hal::MachineFiles files{top.folder()};

    void file(std::string_view path, std::string_view text) const {
        std::ignore = top.file(path.substr(1), text);
    }
    /// A symbolic link; what begins with '/' is below the machine's root.
    void link(std::string_view path, const std::string& target) const {
        const std::filesystem::path place{top.path(path.substr(1))};
        std::filesystem::create_directories(place.parent_path());
        std::filesystem::create_symlink(target, place);
    }
    /// A tty as sysfs and /dev have it.
    void tty(const std::string& name, const std::string& device, const std::string& driver) const {
        const std::string folder = "/sys/devices/" + device + "/tty/" + name;
        file(folder + "/uevent", "");
        std::filesystem::create_directories(top.path("sys/class/tty"));
        std::filesystem::create_directory_symlink("../../devices/" + device + "/tty/" + name,
                                                  top.path("sys/class/tty/" + name));
        if (!driver.empty()) link("/sys/devices/" + device + "/driver", "../drivers/" + driver);
        file("/dev/" + name, "");
    }
    void process(int pid, std::string_view comm) const {
        file("/proc/" + std::to_string(pid) + "/comm", std::string{comm} + "\n");
    }
};

} // namespace ppsd::app::test
