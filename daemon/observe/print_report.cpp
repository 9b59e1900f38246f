#include "daemon/observe/print_report.hpp"

#include "daemon/observe/moment.hpp"
#include "daemon/text/colour.hpp"
#include "hal/error.hpp"
#include "hal/replace_file.hpp"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <fmt/format.h>
#include <langinfo.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ppsd {
namespace {

std::size_t columns() {
    constexpr std::size_t usual = 80;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
    return std::clamp<std::size_t>(size.ws_col, 40, 200);
}

bool is_utf8() {
    std::setlocale(LC_CTYPE, "");
    return std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
}

/// With the verdict in its colour.
std::string for_terminal(const Report& report) {
    const std::string text = report_text(report, columns(), is_utf8());
    if (!app::wants_colour(stdout)) return text;
    const std::string level = verdict_of(report).level;
    const auto colour = level == "good"      ? app::Colour::green
                        : level == "warning" ? app::Colour::yellow
                        : level == "bad"     ? app::Colour::red
                                             : app::Colour::none;
    const auto end = text.find('\n');
    return app::coloured(text.substr(0, end), colour, true) + text.substr(end);
}

} // namespace

void print_report(const Report& report, const std::string& html) {
    if (html.empty())
        fmt::print("{}", for_terminal(report));
    else if (html == "-")
        fmt::print("{}", report_html(report));
    else
        hal::replace_file(html, report_html(report));
}

std::int64_t moment(const char* option, const std::string& text, std::int64_t end) {
    const auto found = parse_moment(text, end);
    if (!found)
        throw hal::UsageError(fmt::format("{} {}: a length as 90s, 15min, 6h, 2d, 1w or a time as "
                                          "2026-11-28T20:00 (UTC) is wanted",
                                          option, text));
    return *found;
}

} // namespace ppsd
