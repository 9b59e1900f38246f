#include "daemon/setup/find_ports.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace ppsd::app {

using namespace std::string_literals;

namespace {

// Linux, Documentation/admin-guide/devices.txt, and the drivers of the boards' own UARTs.
constexpr std::array<std::string_view, 15> kinds{"ttyS",   "ttyAMA", "ttyO",   "ttyUSB", "ttyACM",
                                                 "ttymxc", "ttySC",  "ttyTHS", "ttyLP",  "ttyMSM",
                                                 "ttyAML", "ttySTM", "ttyPS",  "ttyMV",  "ttySIF"};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_serial(std::string_view name) {
    return std::ranges::any_of(kinds, [&](std::string_view kind) {
        return name.starts_with(kind) && is_number(name.substr(kind.size()));
    });
}

/// The 8250 driver makes some ports in case there is hardware for them: those that have none are
/// of type 0 (Linux, include/uapi/linux/serial_core.h: PORT_UNKNOWN), which root alone may read.
bool has_hardware(const std::string& tty, const std::string& device,
                  const hal::MachineFiles& files) {
    if (const auto type = files.text(tty + "/type")) return *type != "0";
    return !device.empty() && device.find("/platform/serial8250/") == std::string::npos;
}

/// Of the nearest device above it that has one; newer kernels have two of their own in between.
std::string driver_of(std::string device, const hal::MachineFiles& files) {
    for (; device.size() > 1; device.resize(device.rfind('/'))) {
        const std::string driver = files.link(device + "/driver").value_or("");
        const std::string name = driver.substr(driver.rfind('/') + 1);
        if (!name.empty() && name != "port" && name != "ctrl") return name;
    }
    return {};
}

std::vector<std::string> links_to(const std::string& device, const hal::MachineFiles& files) {
    std::vector<std::string> links;
    for (const char* const folder : {"/dev", "/dev/serial/by-id"})
        for (const std::string& name : files.names(folder)) {
            std::string link = std::string{folder} + "/" + name;
            if (files.link(link) && files.real(link) == device) links.push_back(std::move(link));
        }
    return links;
}

bool is_console(std::string_view name, std::string consoles) {
    consoles = " " + consoles + " ";
    return consoles.find(" " + std::string{name} + " ") != std::string::npos;
}

bool has_open(const std::string& process, const std::string& device,
              const hal::MachineFiles& files) {
    return std::ranges::any_of(files.names(process + "/fd"), [&](const std::string& fd) {
        return files.link(process + "/fd/" + fd) == device;
    });
}

bool is_named_by(const std::string& process, const std::vector<std::string>& names,
                 const hal::MachineFiles& files) {
    const std::string words = "\0"s + files.text(process + "/cmdline").value_or("") + "\0"s;
    return std::ranges::any_of(names, [&](const std::string& name) {
        return words.find("\0"s + name + "\0"s) != std::string::npos;
    });
}

/// Of a getty whose descriptors we may not see, its service tells the tty.
bool is_getty_of(const std::string& process, const std::string& device,
                 const hal::MachineFiles& files) {
    const std::string service = "getty@" + device.substr(device.rfind('/') + 1) + ".service";
    return files.text(process + "/cgroup").value_or("").find(service) != std::string::npos;
}

} // namespace

std::vector<Holder> holders_of(const std::string& device, const std::vector<std::string>& links,
                               const hal::MachineFiles& files) {
    std::vector<Holder> holders;
    std::vector<std::string> names{links};
    names.push_back(device);
    const std::string self = files.link("/proc/self").value_or("");
    for (const int pid : files.processes()) {
        if (std::to_string(pid) == self) continue;
        const std::string process = "/proc/" + std::to_string(pid);
        const bool hidden = files.names(process + "/fd").empty();
        if (has_open(process, device, files) ||
            (hidden && (is_named_by(process, names, files) || is_getty_of(process, device, files))))
            holders.push_back({files.text(process + "/comm").value_or(""), pid});
    }
    return holders;
}

PortFacts find_port(const std::string& path, const hal::MachineFiles& files) {
    PortFacts port;
    const std::string device = files.real(path);
    port.path = device.empty() ? path : device;
    const std::string name = port.path.substr(port.path.rfind('/') + 1);
    port.links = links_to(port.path, files);
    port.driver = driver_of(files.real("/sys/class/tty/" + name), files);
    port.console = is_console(name, files.text("/sys/class/tty/console/active").value_or(""));
    port.holders = holders_of(port.path, port.links, files);
    return port;
}

std::vector<PortFacts> find_ports(const hal::MachineFiles& files) {
    std::vector<PortFacts> ports;
    for (const std::string& name : files.names("/sys/class/tty")) {
        const std::string tty = "/sys/class/tty/" + name;
        if (is_serial(name) && has_hardware(tty, files.real(tty), files))
            ports.push_back(find_port("/dev/" + name, files));
    }
    return ports;
}

} // namespace ppsd::app
