#include "daemon/app/log.hpp"

#include <fmt/format.h>

#include <array>
#include <unistd.h>

namespace ppsd::app {

std::optional<LogLevel> parse_log_level(std::string_view word) noexcept {
    using enum LogLevel;
    struct Row {
        std::string_view word;
        LogLevel level;
    };
    static constexpr std::array rows{Row{"error", error}, Row{"warning", warning},
                                     Row{"notice", notice}, Row{"info", info}, Row{"debug", debug}};
    for (const Row& row : rows)
        if (row.word == word) return row.level;
    return std::nullopt;
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 100;
    std::string line{text.substr(0, longest)};
    for (char& c : line)
        if (c < ' ' || c > '~') c = '?';
    return line;
}

void Log::write(LogLevel level, fmt::string_view format, fmt::format_args args) const {
    fmt::basic_memory_buffer<char, 1024> text;
    if (prefixes_) fmt::format_to(std::back_inserter(text), "<{}>", static_cast<int>(level));
    fmt::vformat_to(std::back_inserter(text), format, args);
    constexpr std::size_t longest = 1000;
    if (text.size() > longest) text.resize(longest);
    text.push_back('\n');
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace ppsd::app
