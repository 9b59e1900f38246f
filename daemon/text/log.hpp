// Lines on stderr, with the priority prefixes that journald reads (sd-daemon(3): "<4>…").
#pragma once

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

/// syslog(3)'s priorities, those that are used.
enum class LogLevel : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

/// In the enum's order.
inline constexpr std::array<std::string_view, 5> log_level_words{"error", "warning", "notice",
                                                                 "info", "debug"};

/// One of these words; nothing for any other word.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view word) noexcept;

/// What came from outside, made fit for a log line: at most 100 characters, none of them control
/// characters or beyond ASCII.
[[nodiscard]] std::string printable(std::string_view text);

/// The same for text of ours that holds words from outside: as long as it is, with '?' for what
/// would move a terminal's cursor: all that isn't a character of ASCII.
[[nodiscard]] std::string ascii_only(std::string text);

/// Lines that nobody reads must not stop us: gives stderr, if it is a pipe or a terminal, an open
/// file description of our own that doesn't block (that of a parent's shell stays as it is).
void unblock_stderr() noexcept;

/// Writes one line to stderr if its level is `threshold` or graver. One write(2) a line; a line
/// over 1000 bytes is cut. Never waits: what stderr has no room for is lost and counted, and the
/// next line that fits is preceded by one with the count. Other failures are ignored: there is
/// nobody left to tell.
class Log {
  public:
    /// prefixes: "<6>" before each line, as journald wants it; without them, on a terminal, colours.
    explicit Log(LogLevel threshold, bool prefixes) : threshold_{threshold}, prefixes_{prefixes} {}

    void set_threshold(LogLevel threshold) noexcept { threshold_ = threshold; }

    [[nodiscard]] bool wants(LogLevel level) const noexcept { return level <= threshold_; }

    template <class... Args>
    void line(LogLevel level, fmt::format_string<Args...> format, Args&&... args) const {
        if (wants(level)) write(level, format, fmt::make_format_args(args...));
    }

  private:
    void write(LogLevel level, fmt::string_view format, fmt::format_args args) const;

    LogLevel threshold_;
    bool prefixes_;
    mutable std::uint64_t lost_ = 0;
};

} // namespace ppsd::app
