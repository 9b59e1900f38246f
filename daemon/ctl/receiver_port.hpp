// A receiver at a serial port that nobody else has.
#pragma once

#include "daemon/setup/receivers/session.hpp"
#include "hal/clock.hpp"

#include <memory>
#include <string>

namespace ppsd::app {

/// Opens the port for itself; its settings are afterwards what they were. Throws hal::DeviceError.
/// The clock must outlive it.
[[nodiscard]] std::unique_ptr<receivers::Line> open_receiver_port(const std::string& path,
                                                                  hal::Clock& clock);

} // namespace ppsd::app
