// A state's colour.
#pragma once

#include "daemon/text/colour.hpp"

#include <string>
#include <string_view>

namespace ppsd::app {

/// Of a state by its name, as ppsd's status has it. Green: locked; yellow: it publishes for a while
/// yet, or may find its way by itself; red: all others.
[[nodiscard]] Colour state_colour(std::string_view state) noexcept;

/// status_text()'s lines, with the state that they begin with in its colour.
[[nodiscard]] std::string with_coloured_state(const std::string& text);

} // namespace ppsd::app
