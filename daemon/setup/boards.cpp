#include "daemon/setup/boards.hpp"

#include <algorithm>

namespace ppsd::app {
namespace {

// Header pins that may be ID EEPROM (0, 1), I2C (2, 3), SPI (7 to 11) and UART (14, 15):
// raspberrypi/documentation,
// documentation/asciidoc/computers/raspberry-pi/gpio-on-raspberry-pi.adoc
constexpr std::array<unsigned, 11> pi_serving{0, 1, 2, 3, 7, 8, 9, 10, 11, 14, 15};
constexpr unsigned pi_header = 28;

// compatible: arch/arm/boot/dts/broadcom/bcm283*.dts, arch/arm64/boot/dts/broadcom/bcm2711*.dts,
// bcm2712*.dts of Linux; labels: drivers/pinctrl/bcm/pinctrl-bcm2835.c,
// drivers/pinctrl/pinctrl-rp1.c
constexpr std::array rows{
    BoardRow{"brcm,bcm2835", "Raspberry Pi 1 or Zero", "pinctrl-bcm2835", pi_header, pi_serving},
    BoardRow{"brcm,bcm2836", "Raspberry Pi 2", "pinctrl-bcm2835", pi_header, pi_serving},
    BoardRow{"brcm,bcm2837", "Raspberry Pi 3 or Zero 2", "pinctrl-bcm2835", pi_header, pi_serving},
    BoardRow{"brcm,bcm2711", "Raspberry Pi 4", "pinctrl-bcm2711", pi_header, pi_serving},
    BoardRow{"brcm,bcm2712", "Raspberry Pi 5", "pinctrl-rp1", pi_header, pi_serving},
    // pinctrl-single leaves a pin as it is when its line is taken (no gpio ranges in am33xx.dtsi).
    BoardRow{"ti,am335x-bone-black", "BeagleBone Black", "", 0, {}},
    BoardRow{"ti,am335x-bone-green", "BeagleBone Green", "", 0, {}},
    BoardRow{"ti,am335x-pocketbeagle", "PocketBeagle", "", 0, {}},
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
