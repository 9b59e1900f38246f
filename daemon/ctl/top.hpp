// ppsctl top: a running ppsd on a full screen, as it goes on.
#pragma once

#include "daemon/ctl/top_screen.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ppsd::app {

struct TopOptions {
    std::string socket;            ///< ppsd's status socket, its path
    std::optional<double> seconds; ///< how long it goes on
};

/// Paints until q, SIGINT, SIGTERM or the end of the time; then gives the terminal back. A ppsd
/// that doesn't run is asked again and again. Gives the exit code.
[[nodiscard]] int run_top(const TopOptions& options, std::unique_ptr<TopScreen> screen);

} // namespace ppsd::app
