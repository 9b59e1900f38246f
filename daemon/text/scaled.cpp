#include "daemon/text/scaled.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

struct Unit {
    double seconds;
    const char* name;
};
constexpr std::array units{Unit{1, "s"}, Unit{1e-3, "ms"}, Unit{1e-6, "us"}, Unit{1e-9, "ns"}};
constexpr double half_a_digit = 0.9995; // of the next unit, which it is rounded to

} // namespace

std::string scaled(double seconds) {
    if (!std::isfinite(seconds)) return "unknown";
    const double size = std::abs(seconds);
    for (const Unit& unit : units)
        if (size >= half_a_digit * unit.seconds) {
            const double value = seconds / unit.seconds;
            // Beyond three digits no exponent: 1234 s, not 1.23e+03 s.
            return fmt::format("{:.{}f} {}", value,
                               size >= 99.95 * unit.seconds   ? 0
                               : size >= 9.995 * unit.seconds ? 1
                                                              : 2,
                               unit.name);
        }
    return "0 ns";
}

std::string scaled_offset(double seconds) {
    const std::string text = scaled(seconds);
    return seconds > 0 && text != "0 ns" && text != "unknown" ? "+" + text : text;
}

} // namespace ppsd::app
