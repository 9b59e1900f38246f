// Colours of words in a terminal (ECMA-48, SGR).
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace ppsd::app {

enum class Colour : std::uint8_t { none, green, yellow, red };

/// Pure: only to a terminal, unless NO_COLOR is there and not empty (no-color.org), and if TERM
/// names one that is not "dumb". The variables as getenv(3) gives them.
[[nodiscard]] bool wants_colour(bool terminal, const char* no_color, const char* term) noexcept;

/// The same for what is written there, by this process' environment.
[[nodiscard]] bool wants_colour(std::FILE* out) noexcept;

/// The text in that colour, or as it is: where it is none, or `on` is false.
[[nodiscard]] std::string coloured(std::string_view text, Colour colour, bool on);

} // namespace ppsd::app
