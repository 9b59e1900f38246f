#include "daemon/setup/boards.hpp"

#include <algorithm>
#include <array>

namespace ppsd::app {
namespace {

// compatible: arch/arm/boot/dts/ti/omap/am335x-*.dts of Linux. pinctrl-single leaves a pin as it is
// when its line is requested: am33xx.dtsi has no gpio-ranges.
constexpr std::array rows{
    BoardRow{"ti,am335x-bone-black", "BeagleBone Black", true},
    BoardRow{"ti,am335x-bone-green", "BeagleBone Green", true},
    BoardRow{"ti,am335x-pocketbeagle", "PocketBeagle", true},
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
