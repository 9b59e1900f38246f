#include "daemon/observe/value_text.hpp"

#include "daemon/text/scaled.hpp"
#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <span>
#include <string_view>

namespace ppsd {
namespace {

struct Unit {
    double size;
    std::string_view name;
};

constexpr std::array lengths{Unit{1, " s"}, Unit{1e-3, " ms"}, Unit{1e-6, " us"},
                             Unit{1e-9, " ns"}};
constexpr std::array ratios{Unit{1e-6, " ppm"}, Unit{1e-9, " ppb"}};
constexpr std::array degrees{Unit{1, " degC"}};
constexpr std::array decibels{Unit{1, " dB-Hz"}};
constexpr std::array plain{Unit{1, ""}};

std::span<const Unit> units_of(Series series) noexcept {
    if (series == Series::frequency) return ratios;
    if (info(series).unit == "s") return lengths;
    if (series == Series::temperature) return degrees;
    return series == Series::signal ? std::span<const Unit>{decibels} : plain;
}

bool has_sign(Series series) noexcept {
    return series == Series::offset || series == Series::chrony_offset ||
           series == Series::frequency;
}

/// 1, 2 or 5 times a power of ten, not below `least`.
double round_step(double least) noexcept {
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double times : {1.0, 2.0, 5.0})
        if (times * power >= least * (1 - 1e-9)) return times * power;
    return 10 * power;
}

} // namespace

std::string spread_text(Series series, double value) {
    if (!std::isfinite(value)) return "unknown";
    if (info(series).unit == "s") return app::scaled(value);
    const Unit& unit = units_of(series).front();
    return fmt::format("{:.{}f}{}", value / unit.size, series == Series::frequency ? 4 : 1,
                       unit.name);
}

std::string value_text(Series series, double value) {
    const std::string text = spread_text(series, value);
    return has_sign(series) && value > 0 && text != "0 ns" ? "+" + text : text;
}

AxisText::AxisText(Series series, double low, double high, double step) noexcept
    : has_sign_{has_sign(series)} {
    const auto units = units_of(series);
    const double largest = std::max(std::abs(low), std::abs(high));
    const auto fits = std::ranges::find_if(units, [&](const Unit& u) { return largest >= u.size; });
    const Unit& unit = fits == units.end() ? units.back() : *fits;
    size_ = unit.size;
    unit_ = unit.name;
    constexpr double rounding = 1e-9; // 0.1 is a little more than it is
    decimals_ = static_cast<int>(std::max(0.0, -std::floor(std::log10(step / size_) + rounding)));
}

AxisText::AxisText(Series series, double low, double high) noexcept
    : AxisText{series, low, high, std::max((high - low) / 100, info(series).step / 1000)} {}

std::string AxisText::operator()(double value) const {
    const std::string number = fmt::format("{:.{}f}", value / size_, decimals_);
    const bool is_zero = number.find_first_not_of("-0.") == number.npos;
    const std::string_view digits = is_zero && number.starts_with('-')
                                        ? std::string_view{number}.substr(1)
                                        : std::string_view{number};
    return fmt::format("{}{}{}", has_sign_ && value > 0 && !is_zero ? "+" : "", digits, unit_);
}

std::vector<Tick> value_ticks(Series series, double low, double high, double wanted) {
    std::vector<Tick> ticks;
    if (!(low < high) || !std::isfinite(high - low)) return ticks;
    const double step = round_step((high - low) / std::max(1.0, wanted));
    const AxisText text{series, low, high, step};
    for (double n = std::ceil(low / step - 1e-9); n * step <= high + step * 1e-9; ++n) {
        const double value = n == 0 ? 0 : n * step;
        ticks.push_back({value, text(value)});
    }
    return ticks;
}

std::vector<Tick> time_ticks(double from, double to, double wanted) {
    constexpr std::int64_t day = 86400;
    constexpr std::array<std::int64_t, 23> steps{
        1,    2,    5,     10,    15,    30,  60,      120,     300,      600,      900,      1800,
        3600, 7200, 10800, 21600, 43200, day, 2 * day, 7 * day, 30 * day, 90 * day, 365 * day};
    std::vector<Tick> ticks;
    if (!(from < to)) return ticks;
    std::int64_t step = steps.back();
    for (const std::int64_t one : steps)
        if ((to - from) / static_cast<double>(one) <= std::max(1.0, wanted)) {
            step = one;
            break;
        }
    for (auto n = static_cast<std::int64_t>(std::ceil(from / static_cast<double>(step)));
         static_cast<double>(n * step) <= to; ++n) {
        const std::string utc = app::utc_text(n * step * 1'000'000'000, 0);
        const std::string label = step >= day  ? utc.substr(0, 10)
                                  : step >= 60 ? utc.substr(11, 5)
                                               : utc.substr(11, 8);
        ticks.push_back({static_cast<double>(n * step), label});
    }
    return ticks;
}

} // namespace ppsd
