#include "daemon/ctl/top_screen.hpp"

#include <array>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <curses.h>
#include <fmt/format.h>
#include <langinfo.h>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace ppsd::app {
namespace {

constexpr int redraw_key = 'L' & 0x1f; // Ctrl-L

class NcursesScreen final : public TopScreen {
  public:
    explicit NcursesScreen(bool colour) {
        // Of the locale only which characters there are: numbers stay as they are.
        std::setlocale(LC_CTYPE, "");
        // Not initscr(), which ends the process if TERM isn't known.
        screen_ = ::newterm(nullptr, stdout, stdin);
        if (!screen_) {
            const char* const term = std::getenv("TERM");
            throw std::runtime_error(fmt::format(
                "top: ncurses doesn't know the terminal '{}'; set TERM", term ? term : ""));
        }
        ::cbreak();
        ::noecho();
        ::curs_set(0);
        ::keypad(stdscr, TRUE);
        ::wtimeout(stdscr, 100);
        if (colour && ::has_colors()) use_colours();
    }
    NcursesScreen(const NcursesScreen&) = delete;
    NcursesScreen& operator=(const NcursesScreen&) = delete;
    ~NcursesScreen() override {
        ::endwin();
        ::delscreen(screen_);
    }

    [[nodiscard]] ScreenSize size() const override {
        return {static_cast<std::size_t>(getmaxx(stdscr)),
                static_cast<std::size_t>(getmaxy(stdscr))};
    }

    [[nodiscard]] bool utf8() const override {
        return std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
    }

    void paint(const std::vector<Line>& lines) override {
        ::werase(stdscr);
        int row = 0;
        for (const Line& line : lines) {
            ::wmove(stdscr, row++, 0);
            for (const Piece& piece : line) {
                const auto pair = coloured_ ? static_cast<int>(piece.colour) : 0;
                ::wattrset(stdscr, (piece.bold ? A_BOLD : A_NORMAL) | COLOR_PAIR(pair));
                ::waddstr(stdscr, piece.text.c_str());
            }
        }
        ::wattrset(stdscr, A_NORMAL);
        ::wrefresh(stdscr);
    }

    [[nodiscard]] Event wait() override {
        switch (::wgetch(stdscr)) {
        case 'q':
        case 'Q':
            return Event::quit;
        case redraw_key:
            ::clearok(curscr, TRUE);
            return Event::repaint;
        case KEY_RESIZE:
            return Event::repaint;
        case ERR:
            // Without a terminal there is never a key, and no wait.
            return ::isatty(STDIN_FILENO) == 1 ? Event::none : Event::quit;
        default:
            return Event::none;
        }
    }

  private:
    void use_colours() {
        ::start_color();
        ::use_default_colors();
        constexpr std::array<short, 4> colours{-1, COLOR_GREEN, COLOR_YELLOW, COLOR_RED};
        for (short i = 1; i < static_cast<short>(colours.size()); ++i)
            ::init_pair(i, colours[static_cast<std::size_t>(i)], -1);
        coloured_ = true;
    }

    SCREEN* screen_ = nullptr; ///< of this object; given back by the destructor
    bool coloured_ = false;
};

} // namespace

std::unique_ptr<TopScreen> open_top_screen(bool colour) {
    return std::make_unique<NcursesScreen>(colour);
}

} // namespace ppsd::app
