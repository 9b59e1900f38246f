// A terminal that ppsctl top paints on. The one source behind it that knows ncurses is
// top_screen_ncurses.cpp; without ncurses it is top_screen_none.cpp.
#pragma once

#include "daemon/ctl/top_view.hpp"

#include <cstdint>
#include <memory>

namespace ppsd::app {

class TopScreen {
  public:
    enum class Event : std::uint8_t { none, quit, repaint };

    TopScreen() = default;
    TopScreen(const TopScreen&) = delete;
    TopScreen& operator=(const TopScreen&) = delete;
    /// Gives the terminal back as it was.
    virtual ~TopScreen() = default;

    [[nodiscard]] virtual ScreenSize size() const = 0;
    [[nodiscard]] virtual bool utf8() const = 0; ///< whether it shows more than ASCII
    virtual void paint(const std::vector<Line>& lines) = 0;
    /// Waits for a key, a change of the size, a signal, or a tenth of a second. quit: q was
    /// pressed, or the terminal is gone; repaint: the screen isn't any more as it was painted.
    [[nodiscard]] virtual Event wait() = 0;
};

/// Takes the terminal of standard input and output over. colour: whether to use colours. Throws
/// std::runtime_error if TERM isn't known, or this ppsctl was built without ncurses.
[[nodiscard]] std::unique_ptr<TopScreen> open_top_screen(bool colour);

} // namespace ppsd::app
