#include "daemon/settings/config_file.hpp"

#include "hal/error.hpp"
#include "hal/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <numeric>
#include <sstream>

namespace ppsd::app {

namespace po = boost::program_options;

namespace {

/// Where a line stands, for messages: "/etc/ppsd.conf:7".
struct Place {
    const std::string& path;
    int line;
    [[nodiscard]] std::string text() const { return fmt::format("{}:{}", path, line); }
};

// A line at a time, because Boost's parser doesn't say on which line it failed.
po::parsed_options parse_line(const std::string& line, const po::options_description& known,
                              const Place& place) {
    std::istringstream stream{line};
    try {
        return po::parse_config_file(stream, known);
    } catch (const po::unknown_option& error) {
        throw hal::UsageError(fmt::format("{}: unknown key '{}'{}", place.text(),
                                          error.get_option_name(),
                                          did_you_mean(error.get_option_name(), names_of(known))));
    } catch (const po::error&) {
        throw hal::UsageError(fmt::format("{}: '{}' is not KEY = VALUE", place.text(), line));
    }
}

/// How many letters to add, drop or change (Levenshtein).
std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

bool is_section(const std::string& line) {
    const auto start = line.find_first_not_of(" \t");
    return start != std::string::npos && line[start] == '[';
}

// Without the byte order mark with which some editors begin a file.
std::string read_text(const std::string& path) {
    if (path == "/dev/null") return {}; // how everybody says "no file"
    auto [text, error] = hal::read_text_file(path);
    if (error == EISDIR || error == EINVAL)
        throw hal::DeviceError(path, error, "it is no regular file; look at --config");
    if (error == EFBIG)
        throw hal::DeviceError(path, error,
                               "a configuration has at most 1024 KiB: is it another file? look at "
                               "--config");
    if (error != 0) throw hal::DeviceError(path, error, "look at --config and the file's mode");
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
    return std::move(text);
}

void take_line(ConfigFile& all, const std::string& line, const po::options_description& known,
               const Place& place) {
    if (is_section(line))
        throw hal::UsageError(
            fmt::format("{}: there are no sections, only KEY = VALUE", place.text()));
    for (auto& option : parse_line(line, known, place).options) {
        if (!all.places.emplace(option.string_key, place.text()).second)
            throw hal::UsageError(
                fmt::format("{}: {} is set twice", place.text(), option.string_key));
        all.options.options.push_back(std::move(option));
    }
}

} // namespace

ConfigFile read_config_file(const std::string& path, const po::options_description& known,
                            Problems& problems) {
    std::istringstream file{read_text(path)};
    ConfigFile all{po::parsed_options{&known}, {}};
    std::string line;
    for (int number = 1; std::getline(file, line); ++number)
        problems.attempt([&] { take_line(all, line, known, Place{path, number}); });
    return all;
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
    std::string nearest;
    std::size_t best = word.size() / 2 + 1;
    for (const auto& candidate : words) {
        const auto d = edit_distance(word, candidate);
        if (d < best) {
            best = d;
            nearest = candidate;
        }
    }
    return nearest;
}

std::vector<std::string> names_of(const po::options_description& known) {
    std::vector<std::string> names;
    for (const auto& option : known.options())
        names.push_back(option->long_name());
    return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
    const std::string nearest = nearest_word(word, words);
    return nearest.empty() ? std::string{} : fmt::format("; did you mean '{}'?", nearest);
}

} // namespace ppsd::app
