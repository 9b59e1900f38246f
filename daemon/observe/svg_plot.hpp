// Plots as SVG: an <svg> element each, with classes that a style sheet gives colours. Pure.
#pragma once

#include "daemon/observe/curve.hpp"
#include "daemon/observe/deviation.hpp"
#include "daemon/observe/histogram.hpp"
#include "daemon/observe/series.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ppsd {

/// &, <, >, and both quotes as HTML and XML want them; what is no printable ASCII as "?".
[[nodiscard]] std::string escaped(std::string_view text);

/// A line through the means, broken where a step or more is missing, in a band from the least to
/// the largest values; a vertical line for each event. label: what a screen reader says of it. ""
/// where the series has no value.
[[nodiscard]] std::string svg_curve(const Curve& curve, Series series,
                                    const std::vector<Event>& events, std::string_view label);

/// Bars. "" where there is none.
[[nodiscard]] std::string svg_histogram(const Histogram& histogram, Series series,
                                        std::string_view label);

/// Over tau, both axes logarithmic. what: members of Deviation, a line each.
[[nodiscard]] std::string svg_deviations(const std::vector<Deviation>& all,
                                         const std::vector<double Deviation::*>& what,
                                         std::string_view label);

} // namespace ppsd
