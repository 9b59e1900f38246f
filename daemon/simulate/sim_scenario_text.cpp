// A scenario back to text, so that one that was drawn can be kept, and made smaller by hand.
#include "daemon/simulate/sim_scenario_file.hpp"

#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace ppsd::app {

using namespace hal::sim;

namespace {

constexpr std::array<std::string_view, 9> sentence_names{"RMC", "GGA", "GNS", "GLL", "ZDA",
                                                         "GSA", "GSV", "VTG", "TXT"};

std::string nth_word(std::string_view words, double place) {
    for (auto n = static_cast<int>(place); n > 0; --n)
        words.remove_prefix(words.find(' ') + 1);
    return std::string{words.substr(0, words.find(' '))};
}

std::string text_of(const Scenario& scenario, const KeyInfo& key, double value) {
    switch (key.kind) {
    case Kind::word:
        return nth_word(key.unit, value);
    case Kind::instant:
        return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(value)));
    case Kind::optional:
        if (value == not_set) return "unset";
        break;
    case Kind::sentences: {
        std::string names;
        for (const SentenceType type : scenario.sentence_sets[static_cast<std::size_t>(value)])
            names += fmt::format("{}{}", names.empty() ? "" : " ",
                                 sentence_names[static_cast<std::size_t>(type)]);
        return names;
    }
    case Kind::number:
        break;
    }
    return fmt::format("{}", value); // the shortest that reads back as the same
}

std::string text_of(Range range) {
    if (range.low == range.high) return fmt::format("{}", range.low);
    return fmt::format("{} to {}", range.low, range.high);
}

std::string text_of(const Scenario& scenario, const TimedFault& fault) {
    std::string text =
        fault.every > 0 ? fmt::format("every {}", fault.every) : fmt::format("at {}", fault.at);
    if (fault.length.high > 0) text += fmt::format(" for {}", text_of(fault.length));
    std::string_view separator = ":";
    for (const auto& change : fault.changes) {
        const KeyInfo& key = info(change.key);
        const bool single = change.value.low == change.value.high;
        text +=
            fmt::format("{} {} = {}", separator, key.name,
                        single ? text_of(scenario, key, change.value.low) : text_of(change.value));
        separator = ",";
    }
    return text + "\n";
}

} // namespace

std::string scenario_text(const Scenario& scenario) {
    const Parameters defaults;
    std::string text;
    for (const KeyInfo& key : key_table)
        if (scenario.base[Key{key}] != defaults[Key{key}])
            text +=
                fmt::format("{} = {}\n", key.name, text_of(scenario, key, scenario.base[Key{key}]));
    for (const TimedFault& fault : scenario.faults)
        text += text_of(scenario, fault);
    return text;
}

} // namespace ppsd::app
