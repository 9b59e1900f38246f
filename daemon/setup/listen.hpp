// Listens to all ports and lines at once.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/clock.hpp"
#include "hal/time.hpp"

#include <functional>
#include <string>

namespace ppsd::app {

struct ListenOptions {
    hal::Nanos longest{10'000'000'000};
    hal::UtcSecond not_before;                        ///< an earlier date is a rollover
    std::function<bool()> stop;                       ///< asked often: whether to end now
    std::function<void(const std::string&)> progress; ///< now and then, what is being done
};

/// Fills in what comes on the ports that nobody has (PortFacts::heard, or why not) and on the lines
/// that may be looked at (LineFacts::seen). Ends when nothing more is to be learned, and after
/// `longest`. The ports' settings are then what they were. Nothing is written to any of them.
void listen(Facts& facts, const ListenOptions& options, hal::Clock& clock);

} // namespace ppsd::app
