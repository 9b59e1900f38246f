// A receiver at a serial port that nobody else has, or behind a ppsd that shares it.
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

/// Opens the pty at which a ppsd shares its receiver, whose line has that rate: ppsd follows where
/// the receiver's changes. As above.
[[nodiscard]] std::unique_ptr<receivers::Line>
open_shared_receiver(const std::string& path, unsigned baud, hal::Clock& clock);

} // namespace ppsd::app
