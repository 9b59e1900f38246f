// A curve of characters. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ppsd {

/// What the axis goes from and to.
struct CurveRange {
    double low = 0;
    double high = 0;
};

/// From the least to the largest of them, or somewhat more where they are the same; nothing: there
/// is none.
[[nodiscard]] std::optional<CurveRange> range_of(std::span<const std::optional<double>> values);

/// How many values a row of so many characters holds: two in each with braille, else one.
[[nodiscard]] std::size_t values_in(std::size_t columns, bool braille) noexcept;

/// So many rows, the highest first, of so many characters each, UTF-8 with braille (U+2800 on: two
/// by four dots a character), else ASCII. Of the values the last that have room, the newest on the
/// right; a value that isn't there, or is outside the range, leaves a gap.
[[nodiscard]] std::vector<std::string> curve(std::span<const std::optional<double>> values,
                                             const CurveRange& range, std::size_t columns,
                                             std::size_t rows, bool braille);

} // namespace ppsd
