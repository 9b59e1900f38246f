// What is known of boards beforehand: a row each.
#pragma once

#include "daemon/setup/facts.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ppsd::app {

/// Where a board is told what its pins are for.
enum class BootFile : std::uint8_t {
    none,       ///< nowhere that `ppsctl setup` knows
    config_txt, ///< a Raspberry Pi's: lines, and cmdline.txt beside it
    uenv_txt    ///< U-Boot's on a BeagleBone: KEY=VALUE
};

/// More than ten members: one for each thing that a board has its own way of.
struct BoardRow {
    std::string_view compatible; ///< one of the device tree's words: "ti,am335x-bone-black"
    std::string_view name;       ///< "BeagleBone Black"
    /// Requesting a line leaves its pin as it is set up, whatever it serves.
    bool leaves_pins = false;
    BootFile boot = BootFile::none;
    std::array<std::string_view, 2> boot_lines{}; ///< that connect the UART to the pins; "": none
    std::string_view port;                        ///< that UART, "/dev/ttyAMA0"
    std::string_view console; ///< its other name in console=, "serial0"; "": it has none
    std::string_view service; ///< that would use it, "hciuart.service"; "": none
    std::string_view wiring;  ///< for a person: which pins
};

/// The board's row; nullptr if there is none.
[[nodiscard]] const BoardRow* find_row(const BoardFacts& board);

[[nodiscard]] std::span<const BoardRow> board_rows() noexcept;

} // namespace ppsd::app
