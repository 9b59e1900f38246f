#include "daemon/setup/boot_changes.hpp"

#include "daemon/setup/text_edits.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

constexpr std::string_view disable_bluetooth = "dtoverlay=disable-bt";

std::string boot_file(const PlanDraft& draft, const std::string& name) {
    for (const char* const folder : {"/boot/firmware/", "/boot/"})
        if (draft.has(folder + name)) return folder + name;
    return {};
}

bool has_active(const std::string& text, std::string_view wanted) {
    return put_out(text, [&](std::string_view line) { return line == wanted; }) != text;
}

/// The line, with other parameters or without (pins of a carrier's own), or what does the same:
/// miniuart-bt leaves the PL011 to the pins as disable-bt does.
bool has_its_like(const std::string& text, std::string_view line) {
    const std::string with_parameters = std::string{line} + ",";
    if (line.starts_with("dtoverlay=") && put_out(text, [&](std::string_view there) {
                                              return there.starts_with(with_parameters);
                                          }) != text)
        return true;
    return line == disable_bluetooth && has_active(text, "dtoverlay=miniuart-bt");
}

std::string uart_reason(const PlanDraft& draft) {
    return fmt::format("connects the UART {} to the header's pins", draft.row->port);
}

void change_boot(PlanDraft& draft, const std::string& path, const std::string& wanted,
                 const std::string& reason) {
    if (wanted == draft.text(path)) return;
    draft.write(path, wanted, reason);
    draft.plan.next = Next::reboot;
}

void free_from(PlanDraft& draft, const PortFacts& port, const Holder& holder) {
    const bool boards_own = draft.row != nullptr && !draft.row->port.empty();
    if (holder.program == "gpsd") {
        draft.stop_gpsd(
            fmt::format("it holds {}, and writes the same SHM units as ppsd", port.path));
    } else if (holder.program == "agetty" && boards_own && port.path == draft.row->port) {
        draft.service(Change::Kind::stop,
                      fmt::format("serial-getty@{}.service", last_part(port.path)),
                      fmt::format("it offers a login on {}", port.path));
    }
}

void connect_by_config_txt(PlanDraft& draft) {
    const std::string config = boot_file(draft, "config.txt");
    if (config.empty()) {
        draft.plan.advice.emplace_back(
            "neither /boot/firmware/config.txt nor /boot/config.txt exists, so setup cannot "
            "enable the UART. Enable it as your system's manual describes, then run setup "
            "again");
        return;
    }
    // Debian's package raspi-firmware writes both files anew with each kernel.
    if (draft.text(config).find("raspi-firmware") != std::string::npos) {
        draft.plan.advice.push_back(fmt::format(
            "{} is made by the package raspi-firmware. Put the line {} into "
            "/etc/default/raspi-firmware-custom, set CONSOLES=\"tty0\" in "
            "/etc/default/raspi-firmware, run `sudo dpkg-reconfigure raspi-firmware`, and "
            "reboot",
            config, draft.row->boot_lines[0]));
        return;
    }
    std::string wanted = draft.text(config);
    std::string what = uart_reason(draft);
    for (const std::string_view line : draft.row->boot_lines) {
        if (line.empty() || has_its_like(wanted, line)) continue;
        const std::string now = with_boot_line(wanted, line);
        if (line == disable_bluetooth && now != wanted) what += "; this switches Bluetooth off";
        wanted = now;
    }
    change_boot(draft, config, wanted, what);
    const std::string cmdline = boot_file(draft, "cmdline.txt");
    if (!cmdline.empty())
        change_boot(draft, cmdline,
                    without_console(draft.text(cmdline),
                                    {last_part(std::string{draft.row->port}), draft.row->console}),
                    "takes the kernel's console off that UART");
}

void connect_by_uenv_txt(PlanDraft& draft) {
    const std::string path = "/boot/uEnv.txt";
    if (!draft.has(path)) {
        draft.plan.advice.emplace_back(
            "/boot/uEnv.txt does not exist, so setup cannot enable the UART. Enable it as your "
            "system's manual describes, then run setup again");
        return;
    }
    // Four places for overlays of one's own; what is in one stays.
    const std::string line{draft.row->boot_lines[0]};
    const std::string overlay = line.substr(line.find('=') + 1);
    std::string wanted = with_setting(draft.text(path), "enable_uboot_overlays", "=", "1");
    std::string free;
    for (const char* const key : {"uboot_overlay_addr4", "uboot_overlay_addr5",
                                  "uboot_overlay_addr6", "uboot_overlay_addr7"}) {
        const auto there = setting(wanted, key);
        if (there && there->ends_with(overlay))
            return change_boot(draft, path, wanted, uart_reason(draft));
        if (!there && free.empty()) free = key;
    }
    if (free.empty()) {
        draft.plan.advice.push_back(path +
                                    ": all four of uboot_overlay_addr4 to 7 are in use: put " +
                                    overlay + " in place of one that you don't need");
        return;
    }
    change_boot(draft, path, with_setting(wanted, free, "=", overlay), uart_reason(draft));
}

} // namespace

// A receiver that nobody hears yet may be at a port that is somebody's, or isn't switched on.
void free_the_port(PlanDraft& draft, bool named) {
    for (const PortFacts& port : draft.facts.ports)
        for (const Holder& holder : port.holders)
            free_from(draft, port, holder);
    const bool somebody_sends = std::ranges::any_of(draft.facts.ports, [](const PortFacts& port) {
        return port.heard && port.heard->bytes > 0;
    });
    const bool gpsd_stops = std::ranges::any_of(
        draft.plan.changes, [](const Change& change) { return change.target.starts_with("gpsd"); });
    if ((somebody_sends && !named) || gpsd_stops || draft.row == nullptr ||
        draft.row->boot == BootFile::none)
        return;
    if (draft.row->boot == BootFile::config_txt)
        connect_by_config_txt(draft);
    else
        connect_by_uenv_txt(draft);
    if (!draft.row->service.empty() && draft.unit(std::string{draft.row->service}) == "enabled" &&
        has_active(draft.text(boot_file(draft, "config.txt")), disable_bluetooth))
        draft.service(Change::Kind::stop, std::string{draft.row->service},
                      "it starts Bluetooth, which is switched off");
}

// A line that the kernel's pps-gpio has, or the universal cape of a BeagleBone, no other can.
void free_the_line(PlanDraft& draft) {
    const std::string config = boot_file(draft, "config.txt");
    const auto holds = [](std::string_view line) { return line.starts_with("dtoverlay=pps-gpio"); };
    if (!config.empty() && draft.row != nullptr && draft.row->boot == BootFile::config_txt)
        change_boot(draft, config, put_out(draft.text(config), holds),
                    "pps-gpio holds the GPIO line that ppsd needs");
    if (draft.row != nullptr && draft.row->boot == BootFile::uenv_txt)
        change_boot(
            draft, "/boot/uEnv.txt",
            put_out(draft.text("/boot/uEnv.txt"),
                    [](std::string_view line) { return line == "enable_uboot_cape_universal=1"; }),
            "the universal cape holds the GPIO lines that ppsd needs");
    if (draft.plan.next != Next::reboot) return;
    for (const auto& [path, now] : draft.facts.configured.files)
        if (is_chrony(path))
            draft.write(path, put_out(draft.text(path), is_pps0),
                        "without pps-gpio there is no /dev/pps0, and then chronyd doesn't start");
}

} // namespace ppsd::app
