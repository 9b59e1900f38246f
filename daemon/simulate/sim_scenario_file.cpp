#include "daemon/simulate/sim_scenario_file.hpp"

#include "daemon/settings/config_file.hpp"
#include "daemon/settings/options.hpp"
#include "hal/error.hpp"
#include "hal/text_file.hpp"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace ppsd::app {

using namespace hal::sim;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t most_sentences = 20;
constexpr double longest = 1e9; // s

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// What stands before `separator`; text is then what stands after it.
std::string_view take(std::string_view& text, std::string_view separator) {
    const auto end = text.find(separator);
    const auto part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    return trim(part);
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// "07"
std::optional<int> two_digits(std::string_view text, int most) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 2 || !digit(text[0]) || !digit(text[1])) return std::nullopt;
    const int value = (text[0] - '0') * 10 + (text[1] - '0');
    return value <= most ? std::optional{value} : std::nullopt;
}

/// "2026-06-30T23:50:00" as POSIX seconds.
std::optional<double> instant(std::string_view text) {
    const bool shaped = text.size() == 19 && text[10] == 'T' && text[13] == ':' && text[16] == ':';
    if (!shaped) return std::nullopt;
    const auto midnight = parse_date(text.substr(0, 10));
    const auto hour = two_digits(text.substr(11, 2), 23);
    const auto minute = two_digits(text.substr(14, 2), 59);
    const auto second = two_digits(text.substr(17, 2), 59);
    if (!midnight || !hour || !minute || !second) return std::nullopt;
    return static_cast<double>(midnight->posix() + *hour * 3600 + *minute * 60 + *second);
}

class Reader {
  public:
    Reader(SimScenario& scenario, const std::string& name) : scenario_{scenario}, name_{name} {}

    void read_line(std::string_view line) {
        ++line_;
        line = trim(line.substr(0, line.find('#')));
        if (line.empty()) return;
        if (line.starts_with("at ") || line.starts_with("every "))
            read_fault(line);
        else if (line.starts_with("limit "))
            read_limit(line.substr(6));
        else
            read_setting(line);
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw hal::UsageError(fmt::format("{}:{}: {}", name_, line_, what));
    }

    void read_setting(std::string_view line) {
        const auto [key, value] = assignment(line);
        if (value.low != value.high) refuse("only a fault's value can be a range");
        scenario_.world.base.set(key, value.low);
    }

    void read_limit(std::string_view line) {
        std::string_view rest = line;
        const auto name = take(rest, "=");
        const auto value = number(trim(rest));
        if (!value) refuse(fmt::format("'limit {}' is not limit NAME = NUMBER", line));
        if (scenario_.limits.set(name, *value)) return;
        std::vector<std::string> names;
        for (const auto& limit : sim_limits())
            names.emplace_back(limit.name);
        refuse(fmt::format("unknown limit '{}'{}", name, did_you_mean(name, names)));
    }

    void read_fault(std::string_view line) {
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos)
            refuse(fmt::format("'{}' is not at SECONDS [for SECONDS]: FAULT", line));
        std::string_view head = line.substr(0, colon);
        std::string_view body = line.substr(colon + 2);
        const bool again = take(head, " ") == "every";
        TimedFault fault;
        const Range when = seconds(take(head, " for "));
        (again ? fault.every : fault.at) = when.low;
        if (when.low != when.high || (again && when.low < 1))
            refuse("at and every want one number of seconds");
        if (!head.empty()) fault.length = seconds(trim(head));
        while (!body.empty())
            fault.changes.push_back(change(take(body, ",")));
        if (fault.changes.empty()) refuse("no fault is named");
        scenario_.world.faults.push_back(fault);
    }

    [[nodiscard]] Range seconds(std::string_view text) const {
        const auto value = range(text);
        if (!value || value->low < 0 || value->high > longest)
            refuse(fmt::format("'{}' is not a number of seconds up to {:g}, or two: 5 to 20", text,
                               longest));
        return *value;
    }

    [[nodiscard]] static std::optional<Range> range(std::string_view text) {
        const auto low = number(take(text, " to "));
        const auto high = text.empty() ? low : number(trim(text));
        if (!low || !high || *low > *high) return std::nullopt;
        return Range{*low, *high};
    }

    [[nodiscard]] TimedFault::Change change(std::string_view text) {
        if (text.find('=') != std::string_view::npos) {
            const auto [key, value] = assignment(text);
            return {key, value};
        }
        std::vector<std::string> names;
        for (const KeyInfo& key : key_table)
            for (const NamedFault& fault : key.names) {
                if (!fault.is_there()) break;
                if (fault.name == text) return {Key{key}, value_of(key, fault.value)};
                names.emplace_back(fault.name);
            }
        refuse(fmt::format("unknown fault '{}'{}", text, did_you_mean(text, names)));
    }

    [[nodiscard]] std::pair<Key, Range> assignment(std::string_view text) {
        std::string_view rest = text;
        const auto name = take(rest, "=");
        const auto value = trim(rest);
        if (text.find('=') == std::string_view::npos || value.empty())
            refuse(fmt::format("'{}' is not KEY = VALUE", text));
        const KeyInfo* key = find_key(name);
        if (key) return {Key{*key}, value_of(*key, value)};
        std::vector<std::string> names;
        for (const KeyInfo& known : key_table)
            names.emplace_back(known.name);
        refuse(fmt::format("unknown key '{}'{}", name, did_you_mean(name, names)));
    }

    [[nodiscard]] Range value_of(const KeyInfo& key, std::string_view text) {
        switch (key.kind) {
        case Kind::word:
            return one(word(key, text));
        case Kind::sentences:
            return one(sentence_set(text));
        case Kind::instant:
            if (const auto value = instant(text); value && *value <= key.limits.high)
                return one(*value);
            refuse(fmt::format("{} = {}: a time as 2026-06-30T23:50:00 is wanted, 1970 to 2096",
                               key.name, text));
        case Kind::optional:
            if (text == "unset") return one(not_set);
            break;
        case Kind::number:
            break;
        }
        const auto value = range(text);
        if (!value || value->low < key.limits.low || value->high > key.limits.high)
            refuse(fmt::format("{} = {}: a number from {:g} to {:g} is wanted{}{}", key.name, text,
                               key.limits.low, key.limits.high, key.unit.empty() ? "" : ", in ",
                               key.unit));
        return *value;
    }

    [[nodiscard]] static Range one(double value) { return {value, value}; }

    [[nodiscard]] double word(const KeyInfo& key, std::string_view text) const {
        const auto place = place_of(text, key.unit);
        if (!place) refuse(fmt::format("{} = {}: one of {} is wanted", key.name, text, key.unit));
        return *place;
    }

    [[nodiscard]] double sentence_set(std::string_view text) {
        SentenceSet set;
        while (!text.empty()) {
            const auto name = take(text, " ");
            if (name.empty()) continue;
            const auto type = sentence_type(name);
            if (!type) refuse(fmt::format("'{}' is no sentence that is simulated", name));
            set.push_back(*type);
        }
        if (set.size() > most_sentences)
            refuse(fmt::format("more than {} sentences", most_sentences));
        auto& sets = scenario_.world.sentence_sets;
        sets.push_back(set);
        return static_cast<double>(sets.size() - 1);
    }

    SimScenario& scenario_;
    const std::string& name_;
    int line_ = 0;
};

/// NAME.scenario where the source or an installation has it, in that folder or one above it; empty
/// if there is none.
std::string find_above(fs::path folder, const std::string& name) {
    for (;; folder = folder.parent_path()) {
        for (const char* place : {"tests/sim/scenarios", "share/ppsd/scenarios"}) {
            const auto file = folder / place / (name + ".scenario");
            std::error_code error;
            if (fs::exists(file, error)) return file.string();
        }
        if (folder == folder.parent_path()) return {};
    }
}

std::string locate(const std::string& file_or_name) {
    std::error_code error;
    if (file_or_name.find('/') != std::string::npos || fs::exists(file_or_name, error))
        return file_or_name;
    for (const auto& start : {fs::current_path(error), fs::read_symlink("/proc/self/exe", error)})
        if (auto found = find_above(start, file_or_name); !found.empty()) return found;
    return file_or_name;
}

} // namespace

void read_lines(SimScenario& scenario, const std::string& name, std::string_view text) {
    Reader reader{scenario, name};
    while (!text.empty()) {
        const auto end = text.find('\n');
        reader.read_line(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

SimScenario parse_scenario(const std::string& name, std::string_view text) {
    SimScenario scenario;
    scenario.name = name;
    read_lines(scenario, name, text);
    return scenario;
}

SimScenario read_scenario(const std::string& file_or_name) {
    const std::string path = locate(file_or_name);
    const auto [text, error] = hal::read_text_file(path);
    if (error == EISDIR || error == EINVAL)
        throw hal::DeviceError(path, error, "it is no ordinary file; name a scenario file");
    if (error != 0)
        throw hal::DeviceError(
            path, error,
            "name a scenario file, or one of those in tests/sim/scenarios, which are "
            "installed in share/ppsd/scenarios");
    return parse_scenario(path, text);
}

} // namespace ppsd::app
