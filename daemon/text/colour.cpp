#include "daemon/text/colour.hpp"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

namespace ppsd::app {

bool wants_colour(bool terminal, const char* no_color, const char* term) noexcept {
    const auto text = [](const char* value) { return std::string_view{value ? value : ""}; };
    return terminal && text(no_color).empty() && !text(term).empty() && text(term) != "dumb";
}

bool wants_colour(std::FILE* out) noexcept {
    return wants_colour(::isatty(::fileno(out)) == 1, std::getenv("NO_COLOR"), std::getenv("TERM"));
}

std::string coloured(std::string_view text, Colour colour, bool on) {
    constexpr std::array<int, 4> sgr{0, 32, 33, 31};
    if (!on || colour == Colour::none) return std::string{text};
    return fmt::format("\033[{}m{}\033[0m", sgr[static_cast<std::size_t>(colour)], text);
}

} // namespace ppsd::app
