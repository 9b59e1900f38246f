#include "daemon/ctl/chrony_choice.hpp"

#include "daemon/text/log.hpp"
#include "daemon/text/scaled.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <sstream>
#include <string_view>

namespace ppsd::app {
namespace {

using Words = std::vector<std::string>;

// chronyc(1), -c: the fields in the order of the report.
enum Tracking : std::size_t { tracked_name = 1, tracked_stratum = 2, rms_offset = 6, leap = 13 };
enum Source : std::size_t { mark = 1, name = 2, stratum = 3, reach = 5, offset = 7 };

/// The fields of each line that has as many as are wanted.
std::vector<Words> rows(const std::string& csv, std::size_t wanted) {
    std::vector<Words> all;
    std::istringstream lines{csv};
    for (std::string line; std::getline(lines, line);) {
        Words words;
        std::istringstream fields{ascii_only(line)};
        for (std::string word; std::getline(fields, word, ',');)
            words.push_back(word);
        if (words.size() >= wanted) all.push_back(std::move(words));
    }
    return all;
}

/// Seconds; what is no number is unknown to scaled().
double seconds(std::string_view word) {
    if (word.starts_with('+')) word.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc{} && end == word.data() + word.size() ? value : NAN;
}

std::string choice(const std::string& tracking) {
    const auto found = rows(tracking, leap + 1);
    if (found.empty()) return "chronyd is not asked: chronyc's answer can't be read";
    const Words& words = found.front();
    if (words[leap] == "Not synchronised") return "chronyd has selected no source yet";
    return fmt::format("chronyd follows {}: stratum {}, rms offset {}{}", words[tracked_name],
                       words[tracked_stratum], scaled(seconds(words[rms_offset])),
                       words[leap] == "Normal" ? "" : ", " + words[leap]);
}

} // namespace

std::vector<std::string> chrony_choice(const ChronycAnswer& answer) {
    if (answer.code != 0) {
        const std::string why = ascii_only(answer.tracking.substr(0, answer.tracking.find('\n')));
        return {"chronyd is not asked: " +
                (why.empty() ? "chronyc is missing, or doesn't answer" : why)};
    }
    std::vector<std::string> lines{choice(answer.tracking)};
    for (const Words& words : rows(answer.sources, offset + 1))
        lines.push_back(fmt::format("{} {}  stratum {}, reach {}, offset {}", words[mark],
                                    words[name], words[stratum], words[reach],
                                    scaled_offset(seconds(words[offset]))));
    return lines;
}

} // namespace ppsd::app
