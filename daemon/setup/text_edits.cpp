#include "daemon/setup/text_edits.hpp"

#include <algorithm>
#include <vector>

namespace ppsd::app {
namespace {

constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

/// The last one is empty where the text ends with a line's end.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    lines.push_back(text.substr(begin));
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i)
        text += (i == 0 ? "" : "\n") + lines[i];
    return text;
}

/// Of KEY=VALUE; "": it is no such line.
std::string_view key_of(std::string_view line) {
    const auto equals = line.find('=');
    return equals == std::string_view::npos ? std::string_view{} : trimmed(line.substr(0, equals));
}

std::string_view before_comment(std::string_view line) {
    return line.substr(0, line.find('#'));
}

bool is_comment(std::string_view line) {
    return trimmed(line).starts_with('#');
}

/// "#KEY = value" and "# KEY = value", but no sentence about it.
bool is_offer(std::string_view line, std::string_view key) {
    const auto text = trimmed(line);
    return text.starts_with('#') && key_of(text.substr(1)) == key;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (line = trimmed(before_comment(line)); !line.empty();) {
        const auto end = std::min(line.find_first_of(blank), line.size());
        words.push_back(line.substr(0, end));
        line = trimmed(line.substr(end));
    }
    return words;
}

} // namespace

std::string with_last_line(const std::string& text, const std::string& line) {
    const bool whole = text.empty() || text.back() == '\n';
    return text + (whole ? "" : "\n") + line + "\n";
}

std::string with_boot_line(const std::string& text, std::string_view line) {
    // Of a setting the last line counts; overlays and device tree parameters add up.
    const auto key = key_of(line);
    const bool adds_up = key == "dtoverlay" || key == "dtparam";
    bool for_all = true, in_force = false;
    for (const std::string& one : lines_of(text)) {
        const auto here = trimmed(one);
        if (here.starts_with('[')) for_all = here == "[all]";
        if (for_all && here == line)
            in_force = true;
        else if (!adds_up && !is_comment(here) && key_of(here) == key)
            in_force = false;
    }
    if (in_force) return text;
    const std::string base = for_all ? text : with_last_line(text, "[all]");
    return with_last_line(base, std::string{line});
}

std::string put_out(const std::string& text, const std::function<bool(std::string_view)>& out) {
    auto lines = lines_of(text);
    for (std::string& line : lines)
        if (!is_comment(line) && out(trimmed(line))) line.insert(0, "#");
    return joined(lines);
}

std::string without_console(const std::string& text,
                            std::initializer_list<std::string_view> ports) {
    constexpr std::string_view key = "console=";
    // The firmware reads one line. Of that nothing but these words is touched, and one blank each.
    std::string line = text.substr(0, text.find('\n'));
    const std::string rest = text.substr(line.size());
    std::size_t at = 0;
    while ((at = line.find(key, at)) != std::string::npos) {
        const auto end = std::min(line.find_first_of(blank, at), line.size());
        const std::string_view word = std::string_view{line}.substr(at, end - at);
        const auto port = word.substr(key.size(), word.find(',') - key.size());
        const bool whole = at == 0 || line[at - 1] == ' ';
        if (whole && std::ranges::find(ports, port) != ports.end() && !port.empty())
            line.erase(at, end - at + (end < line.size() ? 1 : 0));
        else
            at = end;
    }
    return line + rest;
}

std::optional<std::string> setting(const std::string& text, std::string_view key) {
    std::optional<std::string> value;
    for (const std::string& line : lines_of(text))
        if (!is_comment(line) && key_of(line) == key)
            value = std::string{trimmed(before_comment(line).substr(line.find('=') + 1))};
    return value;
}

std::string with_setting(const std::string& text, std::string_view key, std::string_view equals,
                         std::string_view value) {
    if (setting(text, key) == value) return text;
    const std::string wanted = std::string{key} + std::string{equals} + std::string{value};
    auto lines = lines_of(text);
    const auto sets = [&](const std::string& line) {
        return !is_comment(line) && key_of(line) == key;
    };
    const auto last = std::ranges::find_if(lines.rbegin(), lines.rend(), sets);
    const auto offer =
        std::ranges::find_if(lines, [&](const std::string& line) { return is_offer(line, key); });
    if (last != lines.rend())
        *last = wanted;
    else if (offer != lines.end())
        *offer = wanted;
    else
        return with_last_line(text, wanted);
    return joined(lines);
}

bool begins_with_words(std::string_view line, std::initializer_list<std::string_view> words) {
    // chrony.conf(5): options of a driver's parameter follow it behind colons, "SHM 1:perm=0600".
    const auto same = [](std::string_view wanted, std::string_view word) {
        return word.substr(0, word.find(':')) == wanted || word == wanted;
    };
    const auto there = words_of(line);
    return there.size() >= words.size() &&
           std::equal(words.begin(), words.end(), there.begin(), same);
}

} // namespace ppsd::app
