// What is known of boards beforehand: a row each.
#pragma once

#include "daemon/setup/facts.hpp"

#include <span>
#include <string_view>

namespace ppsd::app {

struct BoardRow {
    std::string_view compatible; ///< one of the device tree's words: "ti,am335x-bone-black"
    std::string_view name;       ///< "BeagleBone Black"
    /// Requesting a line leaves its pin as it is set up, whatever it serves.
    bool leaves_pins = false;
};

/// The board's row; nullptr if there is none.
[[nodiscard]] const BoardRow* find_row(const BoardFacts& board);

[[nodiscard]] std::span<const BoardRow> board_rows() noexcept;

} // namespace ppsd::app
