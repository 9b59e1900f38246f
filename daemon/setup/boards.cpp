#include "daemon/setup/boards.hpp"

#include <algorithm>
#include <array>

namespace ppsd::app {
namespace {

constexpr std::string_view pi_pins = "receiver TX to pin 10 (GPIO15), PPS to pin 12 (GPIO18)";
// A module has no pins: its carrier has, and the official ones those of a Raspberry Pi.
constexpr std::string_view module_pins =
    "receiver TX to GPIO15, PPS to GPIO18 (pins 10 and 12 of a carrier's 40-pin header)";
constexpr std::string_view bone_pins = "receiver TX to P9_26, PPS to P9_12";

// compatible: arch/arm/boot/dts/ti/omap/am335x-*.dts of Linux. pinctrl-single leaves a pin as it is
// when its line is requested: am33xx.dtsi has no gpio-ranges. Overlays: elinux.org,
// "Beagleboard:U-boot partitioning layout 2.0".
constexpr BoardRow bone(std::string_view compatible, std::string_view name) {
    return {
        compatible,   name, true, BootFile::uenv_txt, {"uboot_overlay_addr4=BB-UART1-00A0.dtbo"},
        "/dev/ttyS1", "",   "",   bone_pins};
}

// Its UARTs are on the pins as it comes; which one a receiver is at, nobody knows beforehand.
constexpr BoardRow pocket_beagle(std::string_view compatible, std::string_view name) {
    BoardRow row = bone(compatible, name);
    row.boot = BootFile::none;
    row.boot_lines = {};
    row.port = row.wiring = "";
    return row;
}

// compatible: arch/arm/boot/dts/broadcom/bcm2*-rpi-*.dts of Linux. UARTs: raspberrypi.com,
// documentation/computers/configuration.html, "Configure UARTs": the primary UART is the PL011
// where there is no Bluetooth, and with dtoverlay=disable-bt; on a Raspberry Pi 5 serial0 is the
// debug header, and dtparam=uart0=on puts UART0 on the pins.
constexpr BoardRow pi(std::string_view compatible, std::string_view name) {
    return {compatible, name, false,  BootFile::config_txt, {"enable_uart=1"}, "/dev/ttyAMA0",
            "serial0",  "",   pi_pins};
}
constexpr BoardRow pi_with_bluetooth(std::string_view compatible, std::string_view name) {
    BoardRow row = pi(compatible, name);
    row.boot_lines[1] = "dtoverlay=disable-bt";
    row.service = "hciuart.service";
    return row;
}
constexpr BoardRow pi_5(std::string_view compatible, std::string_view name) {
    BoardRow row = pi(compatible, name);
    row.boot_lines = {"dtparam=uart0=on"};
    row.console = "";
    return row;
}

// compatible: arch/arm/boot/dts/broadcom/bcm27*-rpi-cm*.dts and arch/arm64/boot/dts/broadcom/
// bcm2712-rpi-cm5.dtsi of github.com/raspberrypi/linux; a 3+ has a 3's tree. UARTs: the same page,
// "CM1, CM3, CM3+ and CM4": they are off until an overlay enables them. Overlay uart0 puts the
// PL011 on GPIO14 and 15 (boot/overlays/README), where no Bluetooth has it. A module 4 has its
// UARTs as a Raspberry Pi 4, with Bluetooth or without, and a module 5 as a Raspberry Pi 5.
constexpr BoardRow module(BoardRow row) {
    row.wiring = module_pins;
    return row;
}
constexpr BoardRow module_without_bluetooth(std::string_view compatible, std::string_view name) {
    BoardRow row = module(pi(compatible, name));
    row.boot_lines[1] = "dtoverlay=uart0";
    return row;
}

constexpr std::array rows{
    bone("ti,am335x-bone-black", "BeagleBone Black"),
    bone("ti,am335x-bone-green", "BeagleBone Green"),
    pocket_beagle("ti,am335x-pocketbeagle", "PocketBeagle"),
    pi("raspberrypi,model-b", "Raspberry Pi 1 B"),
    pi("raspberrypi,model-b-rev2", "Raspberry Pi 1 B rev. 2"),
    pi("raspberrypi,model-b-plus", "Raspberry Pi 1 B+"),
    pi("raspberrypi,model-a", "Raspberry Pi 1 A"),
    pi("raspberrypi,model-a-plus", "Raspberry Pi 1 A+"),
    pi("raspberrypi,model-zero", "Raspberry Pi Zero"),
    pi("raspberrypi,2-model-b", "Raspberry Pi 2"),
    pi("raspberrypi,2-model-b-rev2", "Raspberry Pi 2 rev. 1.2"),
    pi_with_bluetooth("raspberrypi,model-zero-w", "Raspberry Pi Zero W"),
    pi_with_bluetooth("raspberrypi,model-zero-2-w", "Raspberry Pi Zero 2 W"),
    pi_with_bluetooth("raspberrypi,3-model-b", "Raspberry Pi 3 B"),
    pi_with_bluetooth("raspberrypi,3-model-b-plus", "Raspberry Pi 3 B+"),
    pi_with_bluetooth("raspberrypi,3-model-a-plus", "Raspberry Pi 3 A+"),
    pi_with_bluetooth("raspberrypi,4-model-b", "Raspberry Pi 4"),
    pi_with_bluetooth("raspberrypi,400", "Raspberry Pi 400"),
    pi_5("raspberrypi,5-model-b", "Raspberry Pi 5"),
    pi_5("raspberrypi,500", "Raspberry Pi 500"),
    module_without_bluetooth("raspberrypi,compute-module", "Compute Module 1"),
    module_without_bluetooth("raspberrypi,3-compute-module", "Compute Module 3 or 3+"),
    module_without_bluetooth("raspberrypi,3-compute-module-lite", "Compute Module 3 or 3+ Lite"),
    module_without_bluetooth("raspberrypi,4-compute-module-s", "Compute Module 4S"),
    module(pi_with_bluetooth("raspberrypi,4-compute-module", "Compute Module 4")),
    module(pi_5("raspberrypi,5-compute-module", "Compute Module 5")),
};

} // namespace

std::span<const BoardRow> board_rows() noexcept {
    return rows;
}

const BoardRow* find_row(const BoardFacts& board) {
    for (const std::string& word : board.compatible) {
        const auto* const row = std::ranges::find(rows, word, &BoardRow::compatible);
        if (row != rows.end()) return row;
    }
    return nullptr;
}

} // namespace ppsd::app
