#include "daemon/ctl/top_view.hpp"

#include "daemon/ctl/state_colour.hpp"
#include "daemon/observe/text_curve.hpp"
#include "daemon/observe/value_text.hpp"
#include "daemon/text/scaled.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

namespace ppsd::app {
namespace {

using Lines = std::vector<Line>;
constexpr std::size_t margin = 11; // what stands before a row's values

/// What stays together. Of a lower rank: stays where there is less room.
struct Section {
    int rank = 0;
    Lines lines;
    std::size_t most = 0;                             ///< rows that a curve has use for
    std::function<Lines(std::size_t rows)> draw = {}; ///< a curve, of that many
};

Line one(std::string text, Colour colour = Colour::none, bool bold = false) {
    return {Piece{std::move(text), colour, bold}};
}

Lines plain(std::span<const std::string> texts) {
    Lines lines;
    for (const std::string& text : texts)
        lines.push_back(one(text));
    return lines;
}

/// Words in lines of at most `columns` characters.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines;
    while (text.size() > columns) {
        std::size_t end = text.rfind(' ', columns);
        if (end == text.npos || end == 0) end = columns;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), text[end] == ' ' ? end + 1 : end));
    }
    lines.emplace_back(text);
    return lines;
}

/// The first word, with its colon, in a colour; at most `most` lines.
Lines headline(const std::string& word, const std::string& text, Colour colour, ScreenSize size,
               std::size_t most) {
    auto rows = wrapped(word + text, size.columns);
    if (rows.size() > most) {
        constexpr std::size_t room_for_dots = 20;
        rows.resize(most);
        if (size.columns >= room_for_dots)
            rows.back() = rows.back().substr(0, size.columns - 3) + "...";
    }
    Lines lines = plain(rows);
    const std::string first = rows.front().substr(0, word.size());
    lines.front() = {Piece{first, colour, true}, Piece{rows.front().substr(first.size())}};
    return lines;
}

Lines verdict(const TopHistory& history, ScreenSize size) {
    const std::size_t most = std::max<std::size_t>(1, size.rows / 3);
    if (!history.problem().empty())
        return headline("no answer:", " " + history.problem() + "; asking again", Colour::red, size,
                        most);
    if (!history.status()) return {one("asking ppsd")};
    const TopStatus& status = *history.status();
    return headline(status.state + ":", " " + status.explanation, state_colour(status.state), size,
                    most);
}

std::string since(const TopHistory& history) {
    const TopStatus& status = *history.status();
    if (!history.problem().empty()) return "before: " + status.state;
    if (!status.for_s) return "since " + status.since;
    return fmt::format("for {}, since {}", duration_text(*status.for_s), status.since);
}

/// Of a second: "|" one, a digit or "+" more, "." none, " " not known.
char mark(const TopSecond& second, const std::string& what) {
    if (!second.more) return ' ';
    const auto found = second.more->find(what);
    if (found == second.more->end()) return '.';
    if (found->second == 1) return '|';
    return found->second < 10 ? static_cast<char>('0' + found->second) : '+';
}

/// "pulses     ||||.|||| 59": of the last minute, or of what has room.
Line strip(const TopHistory& history, const std::string& title, const std::string& what,
           std::size_t columns) {
    constexpr std::size_t count_width = 5;
    Line line = one(fmt::format("{:<{}}", title, margin));
    const std::size_t room =
        columns > margin + count_width ? columns - margin - count_width : std::size_t{1};
    const std::size_t shown = std::min({room, TopHistory::minute, history.seconds().size()});
    std::uint64_t sum = 0;
    for (std::size_t i = history.seconds().size() - shown; i < history.seconds().size(); ++i) {
        const char one = mark(history.seconds()[i], what);
        const Colour colour = one == '.' ? Colour::red : Colour::none;
        if (line.back().colour != colour) line.push_back(Piece{"", colour});
        line.back().text += one;
        if (history.seconds()[i].more && history.seconds()[i].more->contains(what))
            sum += history.seconds()[i].more->at(what);
    }
    line.push_back(Piece{fmt::format(" {}", sum)});
    return line;
}

/// A curve with its axis' ends, which are as wide, beside the first and the last row.
Lines axis(const std::vector<std::string>& rows, const std::string& high, const std::string& low) {
    const std::size_t width = std::max(high.size(), low.size());
    Lines lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string end = i == 0 ? high : i + 1 == rows.size() ? low : "";
        lines.push_back(one(fmt::format("{:>{}} {}", end, width, rows[i])));
    }
    return lines;
}

using Values = std::vector<std::optional<double>>;

Values values_of(const TopHistory& history, std::optional<double> TopSecond::*what,
                 std::size_t most) {
    Values values;
    for (std::size_t i = history.seconds().size() - std::min(most, history.seconds().size());
         i < history.seconds().size(); ++i)
        values.push_back(history.seconds()[i].*what);
    return values;
}

/// A curve of that many rows; of none, if there is nothing to show or no room. Its axis' ends never
/// look the same: where that takes more than the margin, the curve has less.
Lines curve_lines(const TopScene& scene, std::optional<double> TopSecond::*what,
                  std::size_t columns, std::size_t rows) {
    const bool is_length = what == &TopSecond::jitter; // from 0 on, without a sign
    constexpr std::size_t least = 4;
    if (columns < margin + least) return {};
    auto range = range_of(values_of(scene.history, what, values_in(columns - margin, scene.utf8)));
    if (!range) return {};
    if (is_length) range->low = 0;
    const AxisText text{is_length ? Series::jitter : Series::offset, range->low, range->high};
    const std::string high = fmt::format("{:>{}}", text(range->high), margin - 1);
    const std::string low = fmt::format("{:>{}}", text(range->low), margin - 1);
    const std::size_t beside = std::max(high.size(), low.size()) + 1;
    if (columns < beside + least) return {};
    const std::size_t room = columns - beside;
    const Values values = values_of(scene.history, what, values_in(room, scene.utf8));
    return axis(curve(values, *range, room, rows, scene.utf8), high, low);
}

std::string offset_line(const TopHistory& history, std::size_t columns) {
    const auto& last = history.status()->last;
    const std::string title = fmt::format("{:<{}}", "offset", margin);
    if (!last) return title + "no sample yet";
    const std::string line = title + scaled_offset(last->offset_s);
    const auto minute = history.offsets(TopHistory::minute);
    const std::string figures =
        minute ? fmt::format("; in the last minute: mean {}, spread {}",
                             scaled_offset(minute->mean), scaled(minute->spread))
               : fmt::format(", {} ago", duration_text(last->s_ago));
    return line.size() + figures.size() <= columns ? line + figures : line;
}

std::string jitter_line(const TopHistory& history) {
    const auto& jitter = history.status()->jitter_s;
    return fmt::format("{:<{}}{}", "jitter", margin, jitter ? scaled(*jitter) : "unknown");
}

/// "edges      used 60, glitch 2": a line for each kind of verdict that was given.
Lines moved(const TopHistory& history) {
    Lines lines;
    for (const char* kind : {"edges", "labels", "sentences", "samples"}) {
        std::string text;
        for (const auto& [verdict, count] : history.moved(kind, TopHistory::minute))
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", verdict, count);
        if (!text.empty()) lines.push_back(one(fmt::format("{:<{}}{}", kind, margin, text)));
    }
    if (!lines.empty()) lines.insert(lines.begin(), one("verdicts of the last minute"));
    return lines;
}

Line title(const TopHistory& history, std::size_t columns) {
    const std::string keys = "q ends";
    std::string text = "ppsctl top";
    if (history.status())
        text += fmt::format(": ppsd {}, pid {}", history.status()->version, history.status()->pid);
    if (text.size() + 1 + keys.size() <= columns)
        text += std::string(columns - text.size() - keys.size(), ' ') + keys;
    return one(text, Colour::none, true);
}

Section curve_section(int rank, const TopScene& scene, std::optional<double> TopSecond::*what,
                      std::size_t columns, std::size_t least, std::size_t most) {
    const auto draw = [=, &scene](std::size_t rows) {
        return curve_lines(scene, what, columns, rows);
    };
    return {rank, draw(least), most, draw};
}

/// All, in their order.
std::vector<Section> sections(const TopScene& scene, std::span<const std::string> chrony,
                              ScreenSize size) {
    const TopHistory& history = scene.history;
    if (!history.status())
        return {{8, {title(history, size.columns)}}, {0, verdict(history, size)}};
    const auto strip_of = [&](const char* name, const char* what) {
        return strip(history, name, what, size.columns);
    };
    const Section blank{11, {Line{}}};
    return {{8, {title(history, size.columns)}},
            {0, verdict(history, size)},
            {1, {one(since(history))}},
            blank,
            {3,
             {strip_of("pulses", "edges used"), strip_of("labels", "labels used"),
              strip_of("samples", "samples used")}},
            blank,
            {2, {one(offset_line(history, size.columns))}},
            curve_section(6, scene, &TopSecond::offset, size.columns, 3, 8),
            {4, {one(jitter_line(history))}},
            curve_section(9, scene, &TopSecond::jitter, size.columns, 2, 5),
            blank,
            {7, moved(history)},
            blank,
            {5, plain(chrony.first(1))},
            {10, plain(chrony.subspan(1))}};
}

/// Of a lower rank first, as long as there is room; the rest are emptied. How many rows are left.
std::size_t choose(std::vector<Section>& all, std::size_t rows) {
    std::vector<Section*> order;
    for (Section& section : all)
        order.push_back(&section);
    std::ranges::sort(order, {}, [](const Section* one) { return std::pair{one->rank, one}; });
    for (Section* section : order) {
        if (section->lines.size() > rows) section->lines.clear();
        rows -= section->lines.size();
    }
    return rows;
}

/// Curves take what is left.
void grow(std::vector<Section>& all, std::size_t spare) {
    for (Section& section : all) {
        const std::size_t rows = section.lines.size();
        if (!section.draw || rows == 0 || rows >= section.most) continue;
        const std::size_t more = std::min(section.most - rows, spare);
        section.lines = section.draw(rows + more);
        spare -= more;
    }
}

bool begins_character(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; // UTF-8
}

/// The first characters of a line.
Line clipped(const Line& line, std::size_t columns) {
    Line result;
    for (const Piece& piece : line) {
        result.push_back(Piece{"", piece.colour, piece.bold});
        for (const char byte : piece.text) {
            if (begins_character(byte) && columns-- == 0) return result;
            result.back().text += byte;
        }
    }
    return result;
}

} // namespace

std::vector<Line> top_view(const TopScene& scene, ScreenSize size) {
    const std::vector<std::string> none{"the NTP daemon is being asked"};
    if (size.columns == 0 || size.rows == 0) return {};
    auto all = sections(scene, scene.ntp.empty() ? none : scene.ntp, size);
    grow(all, choose(all, size.rows));
    Lines lines;
    for (const Section& section : all)
        for (const Line& line : section.lines)
            lines.push_back(clipped(line, size.columns));
    return lines;
}

std::size_t width(const Line& line) noexcept {
    std::size_t characters = 0;
    for (const Piece& piece : line)
        characters += static_cast<std::size_t>(std::ranges::count_if(piece.text, begins_character));
    return characters;
}

std::string duration_text(double seconds) {
    const auto s = static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e12));
    if (s < 120) return fmt::format("{} s", s);
    if (s < 7200) return fmt::format("{} min", s / 60);
    if (s < 48 * 3600) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
    return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
}

} // namespace ppsd::app
