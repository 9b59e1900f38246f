// What a row of key_table.hpp says about a key of the simulated world, and how it says it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hal::sim {

/// Which of the rows, from 0.
using KeyPlace = std::uint8_t;

/// What a key's value is written as.
enum class Kind : std::uint8_t {
    number,    ///< 0.12
    word,      ///< one of `unit`; its value is its place among them
    instant,   ///< 2026-06-30T23:50:00 (UTC); its value is POSIX seconds
    sentences, ///< RMC GGA GSV GSV; its value is its place in Scenario::sentence_sets
    optional   ///< a number, or "unset", whose value is not_set
};

/// The value of an optional that isn't set.
inline constexpr double not_set = -1e300;

/// From low to high; low == high: that value.
struct Range {
    double low = 0;
    double high = 0;
};

/// What a value is drawn from.
struct Spread {
    enum class How : std::uint8_t { evenly, by_magnitude, whole, only };
    How how = How::only;
    Range range;
};

/// How drawn worlds draw a key for the whole of a run.
struct Draw {
    int place = 0;     ///< in the order of all draws; 0: there is none
    double chance = 0; ///< that it is drawn, and not left at its default
    Spread from;

    [[nodiscard]] constexpr bool is_there() const noexcept { return place != 0; }
};

/// How they draw it as a fault that comes now and then.
struct FaultDraw {
    int place = 0; ///< among all of them, from 1 without a gap; 0: there is none
    Range value;
    double longest = 0; ///< s; 0: it happens once

    [[nodiscard]] constexpr bool is_there() const noexcept { return place != 0; }
};

/// A fault by a name of its own: "pps missing" is line.missing = 1.
struct NamedFault {
    std::string_view name; ///< empty: there is none
    std::string_view value;

    [[nodiscard]] constexpr bool is_there() const noexcept { return !name.empty(); }
};

/// Puts an item where none is yet. More than there is room for don't compile.
template <class Item, std::size_t most>
constexpr void add(std::array<Item, most>& items, const Item& item) {
    std::size_t i = 0;
    while (items.at(i).is_there())
        ++i;
    items[i] = item;
}

/// Draws come in stages, each a hundred places: numbers; what is drawn once the sentences are; and
/// what is drawn once the edge is (daemon/simulate/sim_drawn.cpp).
inline constexpr int places_in_stage = 100;

/// A row. A drawn world follows from its seed and the order of the draws, each of which moves those
/// behind it: a new one goes to the end of a stage.
struct KeyInfo {
    Kind kind = Kind::number;
    std::string_view name; ///< "nmea.delay"
    std::string_view unit; ///< "s"; of words, all of them: "no yes"
    double fallback = 0;
    std::string_view written; ///< the fallback; empty: as the number that it is
    Range limits;             ///< of numbers and instants
    std::string_view meaning;
    KeyPlace place = 0; ///< of the row
    std::array<Draw, 2> draws{};
    std::array<FaultDraw, 3> faults{};
    std::array<NamedFault, 2> names{};

    [[nodiscard]] constexpr KeyInfo drawn(int at, double chance, Spread from) const {
        KeyInfo row = *this;
        add(row.draws, Draw{at, chance, from});
        return row;
    }
    [[nodiscard]] constexpr KeyInfo as_fault(int at, Range value, double longest) const {
        KeyInfo row = *this;
        add(row.faults, FaultDraw{at, value, longest});
        return row;
    }
    [[nodiscard]] constexpr KeyInfo named(std::string_view fault, std::string_view value) const {
        KeyInfo row = *this;
        add(row.names, NamedFault{fault, value});
        return row;
    }
};

/// The place of `word` among words that are separated by spaces; nothing if it isn't there.
[[nodiscard]] constexpr std::optional<int> place_of(std::string_view word,
                                                    std::string_view words) noexcept {
    for (int place = 0; !words.empty(); ++place) {
        const auto end = words.find(' ');
        if (words.substr(0, end) == word) return place;
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    }
    return std::nullopt;
}

/// What rows are written with.
namespace row {

constexpr KeyInfo number(std::string_view name, std::string_view unit, double fallback,
                         Range limits, std::string_view meaning) {
    return {Kind::number, name, unit, fallback, {}, limits, meaning};
}
constexpr KeyInfo word(std::string_view name, std::string_view words, std::string_view fallback,
                       std::string_view meaning) {
    const double place = place_of(fallback, words).value();
    return {Kind::word, name, words, place, fallback, {}, meaning};
}
constexpr KeyInfo instant(std::string_view name, std::string_view unit, std::string_view written,
                          double fallback, Range limits, std::string_view meaning) {
    return {Kind::instant, name, unit, fallback, written, limits, meaning};
}
constexpr KeyInfo sentences(std::string_view name, std::string_view fallback,
                            std::string_view meaning) {
    return {Kind::sentences, name, "", 0, fallback, {}, meaning}; // set 0 of every scenario
}
constexpr KeyInfo optional(std::string_view name, std::string_view unit, Range limits,
                           std::string_view meaning) {
    return {Kind::optional, name, unit, not_set, "unset", limits, meaning};
}

constexpr Spread evenly(double low, double high) {
    return {Spread::How::evenly, {low, high}};
}
/// Evenly on a logarithmic scale.
constexpr Spread by_magnitude(double low, double high) {
    return {Spread::How::by_magnitude, {low, high}};
}
/// A whole number, or a word by its place.
constexpr Spread whole(double low, double high) {
    return {Spread::How::whole, {low, high}};
}
constexpr Spread only(double value) {
    return {Spread::How::only, {value, value}};
}

/// The rows, each with its place.
template <std::size_t count>
constexpr std::array<KeyInfo, count> numbered(const KeyInfo (&rows)[count]) {
    std::array<KeyInfo, count> table;
    for (std::size_t i = 0; i < count; ++i) {
        table[i] = rows[i];
        table[i].place = static_cast<KeyPlace>(i);
    }
    return table;
}

} // namespace row
} // namespace hal::sim
