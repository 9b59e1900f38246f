#include "daemon/setup/find_programs.hpp"

#include <ntpdshm/layout.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <sstream>
#include <string_view>
#include <utility>

namespace ppsd::app {
namespace {

constexpr std::array<std::string_view, 7> known_names{
    "chronyd", "ntpd", "systemd-timesyncd", "ptp4l", "phc2sys", "gpsd", "ppsd"};
constexpr std::array<std::string_view, 6> folders{"/usr/sbin",        "/usr/local/sbin",
                                                  "/usr/bin",         "/usr/local/bin",
                                                  "/usr/lib/systemd", "/lib/systemd"};
constexpr std::size_t longest_comm = 15; // Linux, TASK_COMM_LEN less the zero behind it

enum class Attached : std::uint8_t { anyhow, to_write };

/// The units whose segments a process is attached to, in proc_maps(5): "7f0000000000-7f0000001000
/// rw-s 00000000 00:01 3 /SYSV4e545031 (deleted)".
std::vector<int> units_of(const std::string& process, Attached how,
                          const hal::MachineFiles& files) {
    constexpr std::string_view mark = "/SYSV";
    std::vector<int> units;
    // A container has units of its own.
    if (files.link(process + "/ns/ipc") != files.link("/proc/self/ns/ipc")) return units;
    std::istringstream maps{files.text(process + "/maps").value_or("")};
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words{line};
        std::string range, rights, offset, device, inode, path;
        words >> range >> rights >> offset >> device >> inode >> path;
        if (!path.starts_with(mark)) continue;
        if (how == Attached::to_write && !rights.starts_with("rw")) continue;
        unsigned number = 0;
        std::from_chars(path.data() + mark.size(), path.data() + path.size(), number, 16);
        const unsigned unit = number - static_cast<unsigned>(ntpdshm::key_base);
        if (unit <= static_cast<unsigned>(ntpdshm::max_unit))
            units.push_back(static_cast<int>(unit));
    }
    std::ranges::sort(units);
    units.erase(std::ranges::unique(units).begin(), units.end());
    return units;
}

std::string installed(std::string_view name, const hal::MachineFiles& files) {
    for (const std::string_view folder : folders)
        if (std::string path = std::string{folder} + "/" + std::string{name}; files.exists(path))
            return path;
    return {};
}

} // namespace

std::vector<ProgramFacts> find_programs(const hal::MachineFiles& files) {
    std::vector<ProgramFacts> programs;
    for (const std::string_view name : known_names) {
        ProgramFacts program{std::string{name}, installed(name, files), 0, {}};
        if (!program.path.empty()) programs.push_back(program);
    }
    for (const int pid : files.processes()) {
        const std::string process = "/proc/" + std::to_string(pid);
        const auto comm = files.text(process + "/comm").value_or("");
        const auto* const known = std::ranges::find_if(known_names, [&](std::string_view name) {
            return name.substr(0, longest_comm) == comm;
        });
        if (known == known_names.end()) {
            auto units = units_of(process, Attached::to_write, files);
            if (!units.empty()) programs.push_back({comm, {}, pid, std::move(units)});
            continue;
        }
        const auto idle = std::ranges::find_if(programs, [&](const ProgramFacts& program) {
            return program.name == *known && program.pid == 0;
        });
        // A second process of a program is a row of its own, beside the first.
        const auto other =
            std::ranges::find(programs.rbegin(), programs.rend(), *known, &ProgramFacts::name);
        ProgramFacts& program =
            idle != programs.end()
                ? *idle
                : *programs.insert(other == programs.rend() ? programs.end() : other.base(),
                                   ProgramFacts{std::string{*known}, {}, 0, {}});
        program.pid = pid;
        program.units = units_of(process, Attached::anyhow, files);
    }
    return programs;
}

} // namespace ppsd::app
