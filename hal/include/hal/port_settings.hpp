// A serial port's settings, kept while others are tried.
#pragma once

#include "hal/unique_fd.hpp"

#include <memory>
#include <string>

struct termios;

namespace hal {

/// Keeps the port open, so that its control lines don't move while sources of it come and go, and
/// sets what was set before when it is destroyed. What can't be opened has nothing to keep.
class PortSettings {
  public:
    explicit PortSettings(const std::string& path);
    PortSettings(PortSettings&&) noexcept;
    PortSettings& operator=(PortSettings&&) noexcept;
    ~PortSettings();

  private:
    UniqueFd fd_;
    std::unique_ptr<termios> before_; ///< nothing: it is no tty
};

} // namespace hal
