#include "daemon/setup/find_configured.hpp"

#include "hal/run_program.hpp"

#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {
namespace {

constexpr std::array<std::string_view, 9> paths{"/boot/firmware/config.txt",
                                                "/boot/firmware/cmdline.txt",
                                                "/boot/config.txt",
                                                "/boot/cmdline.txt",
                                                "/boot/uEnv.txt",
                                                "/etc/ppsd.conf",
                                                "/etc/chrony/chrony.conf",
                                                "/etc/ntpsec/ntp.conf",
                                                "/etc/ntp.conf"};
constexpr std::string_view chrony_conf_d = "/etc/chrony/conf.d";
constexpr std::array<std::string_view, 8> unit_names{
    "ppsd.service", "chrony.service", "ntpsec.service",  "ntp.service",
    "gpsd.service", "gpsd.socket",    "hciuart.service", "systemd-timesyncd.service"};

/// What is written there is gone with the next boot: a live system, or raspi-config's overlay and
/// that of the package overlayroot (initramfs-tools scripts of both: /lower, /media/root-ro).
bool is_forgetful(const std::string& device, const std::string& type, const std::string& options) {
    const std::string all = "," + options + ",";
    const bool overlay = type == "overlay" || type == "aufs";
    return type == "tmpfs" || (overlay && (device == "overlayroot" ||
                                           all.find(",lowerdir=/lower,") != std::string::npos ||
                                           all.find("=/media/root-ro") != std::string::npos));
}

/// proc_mounts(5): device, folder, type, options.
bool is_read_only(const std::string& mounts) {
    bool read_only = false;
    std::istringstream lines{mounts};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string device, folder, type, options;
        words >> device >> folder >> type >> options;
        if (folder == "/")
            read_only = ("," + options + ",").find(",ro,") != std::string::npos ||
                        is_forgetful(device, type, options);
    }
    return read_only;
}

/// systemctl(1), is-enabled: "enabled", "disabled", "static", "generated", …; "": no such unit.
std::string asked(const char* question, std::string_view unit) {
    constexpr hal::Nanos patience{5'000'000'000};
    const std::string out =
        hal::run_program({"systemctl", question, std::string{unit}}, patience).out;
    const std::string word = out.substr(0, out.find('\n'));
    return word == "not-found" ? "" : word;
}

} // namespace

ConfiguredFacts find_configured(const hal::MachineFiles& files) {
    ConfiguredFacts found;
    const auto add = [&](const std::string& path) {
        if (const auto text = files.bytes(path)) found.files[path] = *text;
    };
    for (const std::string_view path : paths)
        add(std::string{path});
    for (const std::string& name : files.names(chrony_conf_d))
        if (name.ends_with(".conf")) add(std::string{chrony_conf_d} + "/" + name);
    found.read_only = is_read_only(files.text("/proc/mounts").value_or(""));
    if (!files.exists("/run/systemd/system")) return found;
    for (const std::string_view unit : unit_names)
        if (std::string word = asked("is-enabled", unit); !word.empty()) {
            found.units[std::string{unit}] = word;
            if (asked("is-active", unit) == "active") found.active.insert(std::string{unit});
        }
    return found;
}

} // namespace ppsd::app
