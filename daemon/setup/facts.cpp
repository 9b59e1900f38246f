#include "daemon/setup/facts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ppsd::app {

std::string source_of(const LineFacts& line, const Facts& facts) {
    const auto same = [&](const LineFacts& other) { return other.name == line.name; };
    // Whatever else a name holds, the configuration file, a shell or a terminal may stumble over.
    const bool plain =
        line.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
                                    "wxyz0123456789_.+-") == std::string::npos;
    if (!line.name.empty() && plain && std::ranges::count_if(facts.lines, same) == 1)
        return "gpio:" + line.name;
    return fmt::format("gpio:{}/{}", line.chip.substr(line.chip.rfind('/') + 1), line.offset);
}

bool is_a_second(std::optional<double> period_s) noexcept {
    constexpr double tolerance = 0.01; // the clock may be slewed, and the oscillator off
    return period_s && std::abs(*period_s - 1) < tolerance;
}

const ProgramFacts* running(const Facts& facts, std::string_view program) noexcept {
    const auto found = std::ranges::find_if(facts.programs, [&](const ProgramFacts& one) {
        return one.name == program && one.pid != 0;
    });
    return found == facts.programs.end() ? nullptr : &*found;
}

} // namespace ppsd::app
