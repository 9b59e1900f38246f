// What a scenario demands of the daemon.
#pragma once

#include "daemon/simulate/sim_figures.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

struct SimLimit {
    std::string_view name; ///< "error-p99-ns"
    std::string_view meaning;
    bool least; ///< the figure must not be smaller; otherwise not larger
    std::optional<double> fallback;
    double (*figure)(const SimFigures&);
    bool nmea = false; ///< of the sentences' time, which the label level doesn't have
};

[[nodiscard]] std::span<const SimLimit> sim_limits() noexcept;

/// A value for each limit that holds.
class SimLimits {
  public:
    /// wrong, invisible, invisible-anew, missed, leap-wrong and nmea-wrong are 0; the others don't
    /// hold.
    SimLimits();

    /// False if there is no such limit.
    [[nodiscard]] bool set(std::string_view name, double value) noexcept;

    /// A line for each that the figures don't meet. nmea: whether there is a time of the sentences.
    [[nodiscard]] std::vector<std::string> broken(const SimFigures& figures, bool nmea) const;

  private:
    std::vector<std::optional<double>> values_;
};

} // namespace ppsd::app
