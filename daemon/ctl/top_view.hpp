// What ppsctl top shows: a history and what the NTP daemon said, as lines of text. Pure.
#pragma once

#include "daemon/ctl/top_history.hpp"
#include "daemon/text/colour.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace ppsd::app {

/// Of a terminal, in characters.
struct ScreenSize {
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// Text of one look; each character of it is as wide as the next.
struct Piece {
    std::string text; ///< ASCII, or UTF-8 where the view may use it
    Colour colour = Colour::none;
    bool bold = false;
};
using Line = std::vector<Piece>;

/// All that there is to show.
struct TopScene {
    const TopHistory& history;
    const std::vector<std::string>& ntp; ///< as ntp_choice() has it; empty: not asked yet
    bool utf8 = false;                   ///< the terminal shows braille
};

/// At most that many lines of at most that many characters, the first at the top. What matters less
/// is left out where there is no room: in 40 by 10 characters, there is the verdict and what comes.
[[nodiscard]] std::vector<Line> top_view(const TopScene& scene, ScreenSize size);

/// Characters of a line, as wide as it is.
[[nodiscard]] std::size_t width(const Line& line) noexcept;

/// "61 s", "12 min", "3 h 12 min", "4 d 3 h".
[[nodiscard]] std::string duration_text(double seconds);

} // namespace ppsd::app
