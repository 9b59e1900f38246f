// What is known of boards beforehand: a row each.
#pragma once

#include "daemon/setup/facts.hpp"

#include <array>
#include <span>
#include <string_view>

namespace ppsd::app {

struct BoardRow {
    std::string_view compatible; ///< one of the device tree's words: "brcm,bcm2711"
    std::string_view name;       ///< "Raspberry Pi 4"
    /// Label of the chip whose lines are the processor's pins, of the same numbers. Taking such a
    /// line for GPIO ends what the pin was used for. "": a line never does that on this board.
    std::string_view pins;
    unsigned header_lines = 0; ///< how many lines of that chip are on the header, from 0 on
    /// Those of them that may serve a UART or a bus.
    std::span<const unsigned> serving;
};

/// The board's row; nullptr if there is none.
[[nodiscard]] const BoardRow* find_row(const BoardFacts& board);

[[nodiscard]] std::span<const BoardRow> board_rows() noexcept;

} // namespace ppsd::app
