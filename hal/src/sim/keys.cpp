#include "hal/sim/keys.hpp"

#include <charconv>

namespace hal::sim {
namespace {

// The default sentences are set 0 of every scenario.
constexpr double default_start = 1'772'323'200; // 2026-03-01

double fallback_value(const KeyInfo& row) {
    switch (row.kind) {
    case Kind::instant:
        return default_start;
    case Kind::sentences:
        return 0;
    case Kind::optional:
        return not_set;
    case Kind::word:
        return place_of(row.fallback, row.unit).value_or(0);
    case Kind::number:
        break;
    }
    double value = 0;
    std::from_chars(row.fallback.data(), row.fallback.data() + row.fallback.size(), value);
    return value;
}

} // namespace

const KeyInfo* find_key(std::string_view name) noexcept {
    for (const KeyInfo& row : key_table)
        if (row.name == name) return &row;
    return nullptr;
}

std::optional<int> place_of(std::string_view word, std::string_view words) noexcept {
    for (int place = 0; !words.empty(); ++place) {
        const auto end = words.find(' ');
        if (words.substr(0, end) == word) return place;
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    }
    return std::nullopt;
}

Parameters::Parameters() {
    static const auto defaults = [] {
        std::array<double, key_count> values{};
        for (std::size_t i = 0; i < key_count; ++i)
            values[i] = fallback_value(key_table[i]);
        return values;
    }();
    values_ = defaults;
}

} // namespace hal::sim
