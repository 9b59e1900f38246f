#include "daemon/outputs/output_kinds.hpp"

#include "daemon/outputs/shm_output.hpp"
#include "daemon/outputs/sock_output.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

std::optional<int> unit_of(std::string_view place) {
    int unit = -1;
    const char* end = place.data() + place.size();
    const auto [stop, error] = std::from_chars(place.data(), end, unit);
    const bool good = error == std::errc{} && stop == end && unit >= 0 && unit <= ntpdshm::max_unit;
    return good ? std::optional{unit} : std::nullopt;
}

std::string check_unit(std::string& place) {
    const auto unit = unit_of(place);
    if (!unit) return fmt::format("a unit from 0 to {} is wanted", ntpdshm::max_unit);
    place = std::to_string(*unit);
    return {};
}

// Others are free for all, and read by who is told to.
bool is_machines_unit(const std::string& place) {
    return unit_of(place).value_or(0) < 2;
}

constexpr std::array kinds{
    OutputKind{"shm", "shm:1", check_unit, [](const std::string&) { return std::string{}; },
               [](const std::string& place) { return place; }, is_machines_unit,
               [](const std::string& place,
                  const OutputSettings& settings) -> std::unique_ptr<Destination> {
                   return std::make_unique<ShmOutput>(unit_of(place).value_or(0), settings.layout,
                                                      settings.log);
               }},
    OutputKind{"sock", "sock:/run/chrony.ppsd.sock", SockOutput::check, SockOutput::look,
               SockOutput::resolve, [](const std::string&) { return true; },
               [](const std::string& place,
                  const OutputSettings& settings) -> std::unique_ptr<Destination> {
                   return std::make_unique<SockOutput>(
                       place, SockOutput::layout_of(settings.layout), settings.log);
               }},
};

std::string examples() {
    std::string text;
    for (const OutputKind& kind : kinds)
        text += fmt::format("{}{}", text.empty() ? "" : " or ", kind.example);
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Appends one output; what is wrong with it, or "".
std::string parse_one(std::string_view text, OutputList& outputs) {
    const auto colon = text.find(':');
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const OutputKind& row) {
        return row.prefix == text.substr(0, colon);
    });
    if (colon == text.npos || kind == kinds.end())
        return fmt::format("{} is wanted, any number of them between commas, or none", examples());
    OutputSpec spec{&*kind, std::string{text.substr(colon + 1)}};
    if (const std::string problem = kind->check(spec.place); !problem.empty())
        return fmt::format("{}: {}", text, problem);
    if (std::ranges::any_of(outputs, [&](const auto& one) { return is_same_output(one, spec); }))
        return fmt::format("{} is there twice", spec.text());
    outputs.push_back(std::move(spec));
    return {};
}

} // namespace

bool is_same_output(const OutputSpec& a, const OutputSpec& b) {
    return a.kind == b.kind && a.kind->resolve(a.place) == b.kind->resolve(b.place);
}

ParsedOutputs parse_outputs(std::string_view text) {
    ParsedOutputs parsed;
    while (parsed.problem.empty()) {
        const auto comma = text.find(',');
        parsed.problem = parse_one(trimmed(text.substr(0, comma)), parsed.outputs);
        if (comma == text.npos) break;
        text.remove_prefix(comma + 1);
    }
    return parsed;
}

std::string outputs_text(const OutputList& outputs) {
    std::string text;
    for (const OutputSpec& output : outputs)
        text += (text.empty() ? "" : ", ") + output.text();
    return text;
}

OutputSpec shm_output(int unit) {
    return {&kinds[0], std::to_string(unit)};
}

std::optional<int> shm_unit(const OutputSpec& output) {
    return output.kind == &kinds[0] ? unit_of(output.place) : std::nullopt;
}

} // namespace ppsd::app
