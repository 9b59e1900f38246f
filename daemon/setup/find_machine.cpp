#include "daemon/setup/find_machine.hpp"

#include "hal/gpio_lines.hpp"

#include <sstream>
#include <string>
#include <string_view>

namespace ppsd::app {
namespace {

/// The value of a line KEY=VALUE or KEY="VALUE".
std::string value_of(const std::string& key, const std::string& text) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(key + "=")) continue;
        const std::string value = line.substr(key.size() + 1);
        return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2)
                                                         : value;
    }
    return {};
}

int count_of(std::string_view word, std::string_view text) {
    int count = 0;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        ++count;
    return count;
}

} // namespace

BoardFacts find_board(const hal::MachineFiles& files) {
    BoardFacts board;
    board.model = files.text("/proc/device-tree/model").value_or("");
    if (board.model.empty()) {
        const auto vendor = files.text("/sys/class/dmi/id/sys_vendor").value_or("");
        const auto product = files.text("/sys/class/dmi/id/product_name").value_or("");
        board.model = vendor + (vendor.empty() || product.empty() ? "" : " ") + product;
    }
    std::string words = files.text("/proc/device-tree/compatible").value_or("");
    while (!words.empty()) {
        const auto end = words.find('\0');
        board.compatible.push_back(words.substr(0, end));
        words.erase(0, end == std::string::npos ? words.size() : end + 1);
    }
    return board;
}

SystemFacts find_system(const hal::MachineFiles& files) {
    const auto release = files.text("/etc/os-release").value_or("");
    SystemFacts system;
    system.os = value_of("ID", release);
    system.version = value_of("VERSION_ID", release);
    system.name = value_of("PRETTY_NAME", release);
    system.kernel = files.text("/proc/sys/kernel/osrelease").value_or("");
    system.machine = hal::hardware_name();
    system.processors = count_of("\ncpu", "\n" + files.text("/proc/stat").value_or("")) - 1;
    system.libgpiod = hal::libgpiod_version();
    return system;
}

} // namespace ppsd::app
