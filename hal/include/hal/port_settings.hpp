// A serial port's settings, kept while others are tried.
#pragma once

#include "hal/unique_fd.hpp"

#include <memory>
#include <string>

struct termios;
struct serial_struct;

namespace hal {

/// Keeps the port open, so that its control lines don't move while sources of it come and go, and
/// sets what was set before when it is destroyed; meanwhile nothing that comes is echoed. What
/// can't be opened has nothing to keep. One at a time for a port.
class PortSettings {
  public:
    explicit PortSettings(const std::string& path);
    PortSettings(PortSettings&&) noexcept;
    PortSettings& operator=(PortSettings&&) noexcept;
    ~PortSettings();

    /// Nobody has changed them: they are another's from now on.
    void forget() noexcept;

  private:
    UniqueFd fd_;
    std::unique_ptr<termios> before_;       ///< nothing: it is no tty
    std::unique_ptr<serial_struct> driver_; ///< the driver's own; nothing: it has none
};

} // namespace hal
