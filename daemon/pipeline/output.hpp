// Where samples go.
#pragma once

#include "daemon/pipeline/sample.hpp"

namespace ppsd::app {

/// Where one feed goes. A new kind of destination is a file of its own in outputs/, and a row in
/// outputs/output_kinds.cpp.
class Output {
  public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    virtual ~Output() = default;

    /// Hands a sample over. False: it could not be (no reader is there, or no room for the year).
    [[nodiscard]] virtual bool publish(const Sample& sample) noexcept = 0;

    /// Takes back what lies unread: the system clock was stepped, so it is wrong by the step.
    virtual void invalidate() noexcept = 0;

    /// Whether invalidate() reaches all that lies unread; a datagram can't be taken back.
    [[nodiscard]] virtual bool takes_back() const noexcept { return true; }
};

} // namespace ppsd::app
