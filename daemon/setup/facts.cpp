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

bool is_a_second(const PulseFacts& seen) noexcept {
    constexpr double tolerance =
        0.01; // of a board's clock that is being slewed, and of its oscillator
    return seen.period_s && std::abs(*seen.period_s - 1) < tolerance;
}

} // namespace ppsd::app
