#include "daemon/observe/text_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ppsd {
namespace {

using Values = std::span<const std::optional<double>>;

// Dots of a character: rows from above, by U+2800's bits of the left and the right column.
constexpr std::size_t dots = 4;
constexpr std::array<std::array<unsigned, dots>, 2> bits{{{0x01, 0x02, 0x04, 0x40}, //
                                                          {0x08, 0x10, 0x20, 0x80}}};
// And without braille: what is high, in the middle and low in a line.
constexpr std::string_view marks = "'-.";

/// U+2800 + bits as UTF-8.
std::string braille_of(unsigned pattern) {
    return {'\xe2', static_cast<char>(0xa0 + (pattern >> 6U)),
            static_cast<char>(0x80 + (pattern & 0x3fU))};
}

/// Which of `levels` levels from above a value is on.
std::optional<std::size_t> level(const std::optional<double>& value, const CurveRange& range,
                                 std::size_t levels) {
    if (levels == 0 || !value || !(*value >= range.low && *value <= range.high) ||
        !(range.high > range.low))
        return std::nullopt;
    const double part = (range.high - *value) / (range.high - range.low);
    return static_cast<std::size_t>(std::lround(part * static_cast<double>(levels - 1)));
}

std::vector<std::string> in_braille(Values values, const CurveRange& range, std::size_t columns,
                                    std::size_t rows) {
    std::vector<unsigned> cells(columns * rows);
    const std::size_t first = columns * 2 - values.size();
    std::optional<std::size_t> before;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto at = level(values[i], range, rows * dots);
        // A line up or down to it from the one before.
        for (std::size_t dot = at ? std::min(*at, before.value_or(*at)) : 1;
             dot <= (at ? std::max(*at, before.value_or(*at)) : 0); ++dot)
            cells[dot / dots * columns + (first + i) / 2] |= bits[(first + i) % 2][dot % dots];
        before = at;
    }
    std::vector<std::string> text(rows);
    for (std::size_t i = 0; i < cells.size(); ++i)
        text[i / columns] += cells[i] == 0 ? " " : braille_of(cells[i]);
    return text;
}

std::vector<std::string> in_ascii(Values values, const CurveRange& range, std::size_t columns,
                                  std::size_t rows) {
    std::vector<std::string> text(rows, std::string(columns, ' '));
    const std::size_t first = columns - values.size();
    for (std::size_t i = 0; i < values.size(); ++i)
        if (const auto at = level(values[i], range, rows * marks.size()))
            text[*at / marks.size()][first + i] = marks[*at % marks.size()];
    return text;
}

} // namespace

std::optional<CurveRange> range_of(Values values) {
    std::optional<CurveRange> range;
    for (const auto& value : values)
        if (value && std::isfinite(*value))
            range = {std::min(*value, range ? range->low : *value),
                     std::max(*value, range ? range->high : *value)};
    if (range && !(range->high > range->low)) {
        constexpr double least = 1e-9; // a nanosecond is what is told apart
        const double margin = std::max(least, std::abs(range->low) * 0.1);
        range = {range->low - margin, range->high + margin};
    }
    return range;
}

std::size_t values_in(std::size_t columns, bool braille) noexcept {
    return braille ? columns * 2 : columns;
}

std::vector<std::string> curve(Values values, const CurveRange& range, std::size_t columns,
                               std::size_t rows, bool braille) {
    const Values shown = values.last(std::min(values.size(), values_in(columns, braille)));
    return braille ? in_braille(shown, range, columns, rows)
                   : in_ascii(shown, range, columns, rows);
}

} // namespace ppsd
