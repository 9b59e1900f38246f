// A simulation's figures, for people and for programs.
#pragma once

#include "daemon/simulate/sim_figures.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

struct SimReport {
    std::string scenario;
    std::string level; ///< "wire", "label"
    std::uint64_t seed = 0;
    double cpu_seconds = 0;          ///< that it took
    std::vector<std::string> broken; ///< limits, a line each
};

[[nodiscard]] std::string sim_text(const SimReport& report, const SimFigures& figures);
[[nodiscard]] std::string sim_json(const SimReport& report, const SimFigures& figures);

} // namespace ppsd::app
