#include "daemon/setup/evidence.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

namespace ppsd::app {
namespace {

using Json = nlohmann::json;

std::string text(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_string() ? value.get<std::string>() : std::string{};
}

std::optional<double> number(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_number() ? std::optional{value.get<double>()} : std::nullopt;
}

std::uint64_t count(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

void add_outputs(const Json& feed, std::vector<OutputFacts>& outputs) {
    if (!feed.is_object()) return;
    const Json all = feed.value("outputs", Json::array());
    if (!all.is_array()) return;
    for (const Json& one : all)
        if (one.is_object())
            outputs.push_back({text(one, "output"), count(one, "taken"), count(one, "dropped"),
                               text(one, "problem")});
}

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> words;
    std::istringstream rest{line};
    for (std::string word; std::getline(rest, word, separator);)
        if (separator != ' ' || !word.empty()) words.push_back(word);
    return words;
}

/// Both programs print it as an octal number.
unsigned reach_of(const std::string& word) {
    constexpr int octal = 8;
    unsigned value = 0;
    std::from_chars(word.data(), word.data() + word.size(), value, octal);
    return value;
}

char as_chronyc(char tally) {
    switch (tally) {
    case '*':
    case 'o':
        return '*';
    case '+':
    case 'x':
    case '-':
        return tally;
    case '#':
        return '-';
    default:
        return '?';
    }
}

} // namespace

std::optional<PpsdFacts> parse_status(const std::string& json) {
    const Json status = Json::parse(json, nullptr, false);
    if (!status.is_object() || text(status, "program") != "ppsd") return std::nullopt;
    PpsdFacts facts;
    facts.state = text(status, "state");
    facts.reason = text(status, "reason");
    facts.explanation = text(status, "explanation");
    facts.for_s = number(status, "for_s").value_or(0);
    facts.delay_s = number(status, "delay_s");
    facts.jitter_s = number(status, "jitter_s");
    facts.line_load = number(status, "line_load");
    facts.baud = number(status, "baud");
    add_outputs(status.value("pps", Json()), facts.outputs);
    add_outputs(status.value("nmea", Json()), facts.outputs);
    return facts;
}

std::vector<SourceFacts> parse_chronyc_sources(const std::string& csv) {
    constexpr std::size_t reach = 5;
    std::vector<SourceFacts> sources;
    std::istringstream lines{csv};
    for (std::string line; std::getline(lines, line);) {
        const auto words = split(line, ',');
        if (words.size() <= reach || words[0] != "#" || words[1].size() != 1) continue;
        sources.push_back({words[2], words[1].front(), reach_of(words[reach])});
    }
    return sources;
}

void add_selection(const std::string& csv, std::vector<SourceFacts>& sources) {
    std::istringstream lines{csv};
    for (std::string line; std::getline(lines, line);) {
        const auto words = split(line, ',');
        if (words.size() < 2 || words[0].size() != 1) continue;
        const auto same = [&](const SourceFacts& source) { return source.name == words[1]; };
        if (std::ranges::count_if(sources, same) == 1) // two refclocks may have one refid
            std::ranges::find_if(sources, same)->why = words[0].front();
    }
}

std::vector<SourceFacts> parse_ntpq_peers(const std::string& table) {
    constexpr std::size_t reach = 6;
    std::vector<SourceFacts> sources;
    std::istringstream lines{table};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        const auto words = split(line.substr(1), ' ');
        const bool local =
            !words.empty() && (words[0].starts_with("SHM(") || words[0].starts_with("127.127.28."));
        if (!local || words.size() <= reach) continue;
        sources.push_back({words[0], as_chronyc(line.front()), reach_of(words[reach])});
    }
    return sources;
}

} // namespace ppsd::app
