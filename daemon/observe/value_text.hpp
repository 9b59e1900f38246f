// A series' values as a person reads them. Pure.
#pragma once

#include "daemon/observe/series.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ppsd {

/// "-138 us", "+20.301 ppm", "41.5 degC", "9.0".
[[nodiscard]] std::string value_text(Series series, double value);

/// A distance between two values: the same without a plus sign.
[[nodiscard]] std::string spread_text(Series series, double value);

/// Values of an axis as text: all in one unit, with as many decimals as tell two apart that are
/// `step` from each other.
class AxisText {
  public:
    /// The unit: the largest in which one end of the axis is 1 or more.
    AxisText(Series series, double low, double high, double step) noexcept;
    /// step: a hundredth of the axis.
    AxisText(Series series, double low, double high) noexcept;
    [[nodiscard]] std::string operator()(double value) const;

  private:
    double size_; ///< of the unit
    std::string_view unit_;
    int decimals_;
    bool has_sign_;
};

/// A mark of an axis, with what stands beside it.
struct Tick {
    double value = 0;
    std::string label;
};

/// At round values from low to high, about `wanted` of them, all in one unit, with as many decimals
/// as tell them apart. None where low is not below high.
[[nodiscard]] std::vector<Tick> value_ticks(Series series, double low, double high, double wanted);

/// The same for times, s since 1970: at full seconds, minutes, hours or days of UTC.
[[nodiscard]] std::vector<Tick> time_ticks(double from, double to, double wanted);

} // namespace ppsd
