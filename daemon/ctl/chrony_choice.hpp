// Whom chronyd follows, from what chronyc says. Pure.
#pragma once

#include <string>
#include <vector>

namespace ppsd::app {

/// What chronyc said.
struct ChronycAnswer {
    int code = -1;        ///< its exit code; -1: it isn't there, or took too long
    std::string tracking; ///< of `chronyc -c -n tracking`; of another code, why: one line
    std::string sources;  ///< of `chronyc -c -n sources`
};

/// The first line says whom it follows, or why it isn't known: "chronyd is not asked: …"; then one
/// for each source: "* PPS  stratum 0, reach 377, offset +12.0 ns". Plain ASCII.
[[nodiscard]] std::vector<std::string> chrony_choice(const ChronycAnswer& answer);

} // namespace ppsd::app
