// What is kept over time: a table of quantities, and one value of each for a second.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd {

/// In the order of `all_series`.
enum class Series : std::uint8_t {
    offset,
    jitter,
    delay,
    frequency,
    temperature,
    satellites,
    signal,
    chrony_offset
};
inline constexpr std::size_t series_count = 8;

struct SeriesInfo {
    std::string_view name; ///< in the API and in the database
    std::string_view title;
    std::string_view unit; ///< of values outside the database: "s", "1" (a ratio), "degC"
    double step;           ///< what 1 in the database is, in that unit
    std::string_view meaning;
};

inline constexpr std::array<SeriesInfo, series_count> all_series{{
    {"offset", "Pulse offset", "s", 1e-9,
     "true time by the pulse less the system clock; positive: the clock is behind"},
    {"jitter", "Pulse jitter", "s", 1e-9, "mean distance of the pulses from where they are due"},
    {"delay", "Label delay", "s", 1e-6,
     "from a pulse to the first byte of the sentence that names it"},
    {"frequency", "Oscillator frequency", "1", 1e-12,
     "by how much the board's oscillator is fast; 1e-6 is 1 ppm"},
    {"temperature", "Board temperature", "degC", 1e-3,
     "of the processor, as the kernel reports it"},
    {"satellites", "Satellites used", "1", 1e-2, "as the receiver reports them (GSA)"},
    {"signal", "Signal", "dB-Hz", 1e-2, "mean C/N0 of the satellites received (GSV)"},
    {"chrony_offset", "NTP daemon's offset", "s", 1e-9,
     "NTP time less the system clock, as chronyd or ntpd has it; positive: the clock is behind"},
}};

[[nodiscard]] constexpr const SeriesInfo& info(Series series) noexcept {
    return all_series[static_cast<std::size_t>(series)];
}

/// Nothing if there is none of that name.
[[nodiscard]] constexpr std::optional<Series> find_series(std::string_view name) noexcept {
    for (std::size_t i = 0; i < series_count; ++i)
        if (all_series[i].name == name) return static_cast<Series>(i);
    return std::nullopt;
}

template <class T>
class BySeries {
  public:
    [[nodiscard]] T& operator[](Series series) noexcept {
        return values_[static_cast<std::size_t>(series)];
    }
    [[nodiscard]] const T& operator[](Series series) const noexcept {
        return values_[static_cast<std::size_t>(series)];
    }
    [[nodiscard]] auto begin() noexcept { return values_.begin(); }
    [[nodiscard]] auto begin() const noexcept { return values_.begin(); }
    [[nodiscard]] auto end() noexcept { return values_.end(); }
    [[nodiscard]] auto end() const noexcept { return values_.end(); }

  private:
    std::array<T, series_count> values_{};
};

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
[[nodiscard]] inline bool known(double value) noexcept {
    return !std::isnan(value);
}

/// One second. Values in the series' unit; NaN: not known.
struct Point {
    Point() {
        for (double& value : values)
            value = unknown;
    }
    std::int64_t time = 0; ///< s since 1970, UTC as POSIX counts
    BySeries<double> values;
};

/// Something that happened, for the list and as a line through the plots.
struct Event {
    std::int64_t time = 0; ///< s since 1970
    std::string kind;      ///< "state", "restart", "step", "renumbered", "rate", "chrony", "gap"
    std::string level;     ///< "good", "warning", "bad", "info"
    std::string text;
};

} // namespace ppsd
