#include "daemon/settings/option_texts.hpp"

#include "daemon/discipline/verdict.hpp"
#include "daemon/nmea/verdict.hpp"
#include "daemon/settings/command_table.hpp"
#include "daemon/settings/option_table.hpp"
#include "daemon/settings/recorded_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace ppsd::app {

namespace {

constexpr std::size_t widest = 100;

constexpr std::string_view manual_begin = ".\\\" begin: options, from daemon/settings\n";
constexpr std::string_view manual_end = ".\\\" end: options\n";
constexpr std::string_view verdicts_begin = ".\\\" begin: verdicts\n";
constexpr std::string_view verdicts_end = ".\\\" end: verdicts\n";
constexpr std::string_view shell_begin = "# begin: options, from daemon/settings\n";
constexpr std::string_view shell_end = "        # end: options\n";

constexpr std::array parts{
    // Above the first empty line a person tells how to begin.
    GeneratedPart{"daemon/ppsd.conf", "\n\n", "", settings_text},
    GeneratedPart{"daemon/man/ppsd.conf.5", manual_begin, manual_end, keys_manual},
    GeneratedPart{"daemon/man/ppsd.8", manual_begin, manual_end, command_line_manual},
    GeneratedPart{"daemon/man/ppsctl.1", manual_begin, manual_end, replay_manual},
    GeneratedPart{"daemon/man/ppsctl.1", verdicts_begin, verdicts_end, verdicts_manual},
    GeneratedPart{"daemon/completion/ppsd", shell_begin, shell_end, completion_cases},
};

bool is_file(std::string_view value) {
    return value == "FILE" || value == "PATH";
}

/// One line of text, broken between words.
std::string comment_lines(std::string_view line) {
    constexpr std::string_view hash = "# ";
    std::string all;
    while (line.size() + hash.size() > widest) {
        const auto space = line.rfind(' ', widest - hash.size());
        if (space == std::string_view::npos) break;
        all += fmt::format("{}{}\n", hash, line.substr(0, space));
        line.remove_prefix(space + 1);
    }
    return all + fmt::format("{}{}\n", hash, line);
}

} // namespace

std::string as_comment(std::string_view text) {
    std::string all;
    while (!text.empty()) {
        const auto end = text.find('\n');
        all += comment_lines(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return all;
}

std::string settings_text() {
    std::string all;
    for (const auto& [row, manual, comment, example, short_form] : option_table) {
        if (row.help.empty() || short_form) continue;
        if (!comment.empty() && !all.empty()) all += '\n';
        all += as_comment(filled(comment, row));
        all += fmt::format("#{} = {}\n", row.key, example.empty() ? row.fallback : example);
    }
    return all;
}

std::string keys_manual() {
    std::string all;
    for (const auto& entry : option_table)
        if (const OptionRow& row = entry.row; !row.help.empty())
            all += fmt::format(".It Cm {} No = Ar {}\n{}\n", row.key, row.value,
                               filled(entry.manual, row));
    return all;
}

std::string command_line_manual() {
    std::string all;
    for (const auto& [row, manual] : command_table) {
        const auto letter = row.letter.empty() ? "" : fmt::format("{} , ", row.letter);
        const auto value = row.value.empty() ? "" : fmt::format(" Ar {}", row.value);
        all += fmt::format(".It Fl {}-{}{}\n{}\n", letter, row.name, value, manual);
    }
    return all;
}

std::string replay_manual() {
    return fmt::format(".It Fl -{} Ar VALUE\nppsd's options, instead of the recorded ones.\n",
                       fmt::join(replay_keys(), " , -"));
}

std::string verdicts_manual() {
    using discipline::Verdict;
    const auto items = []<class V>(V first, std::size_t end) {
        std::string all;
        for (auto i = static_cast<std::size_t>(first); i < end; ++i)
            all += fmt::format(".It Cm {}\n{}\n", text(static_cast<V>(i)).name,
                               text(static_cast<V>(i)).meaning);
        return all;
    };
    return items(Verdict::used, discipline::verdict_count) + ".El\n.Pp\nOf sentences:\n" +
           ".Bl -tag -width changing-fraction -compact\n" +
           items(nmea::Verdict::used, nmea::verdict_count);
}

std::string completion_cases() {
    std::vector<std::string> files;
    std::string words;
    for (const CommandRow& row : command_rows())
        if (is_file(row.value)) files.push_back(fmt::format("--{}", row.name));
    for (const OptionRow& row : option_rows()) {
        if (row.help.empty()) continue;
        if (is_file(row.value)) files.push_back(fmt::format("--{}", row.key));
        if (!row.words.empty())
            words += fmt::format("        --{}) options=\"{}\" ;;\n", row.key,
                                 fmt::join(row.words, " "));
    }
    return fmt::format("        {})\n"
                       "            mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                       "            return\n"
                       "            ;;\n{}",
                       fmt::join(files, " | "), words);
}

std::span<const GeneratedPart> generated_parts() noexcept {
    return parts;
}

std::string with_part(std::string_view committed, const GeneratedPart& part) {
    const auto begin = committed.find(part.begin);
    const auto from = begin + part.begin.size();
    const auto end = part.end.empty() ? committed.size() : committed.find(part.end, from);
    if (begin == std::string_view::npos || end == std::string_view::npos)
        throw std::runtime_error(fmt::format("{}: the lines around that part are missing: {}{}",
                                             part.path, part.begin, part.end));
    return fmt::format("{}{}{}", committed.substr(0, from), part.text(), committed.substr(end));
}

} // namespace ppsd::app
