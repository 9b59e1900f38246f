// From the name that the user gave to a source.
#pragma once

#include "hal/byte_source.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hal {

/// Whether the edges of a gpio: line are to be polled (PulseSource::await).
struct PollRequest {
    bool wanted = false;
    bool always = false;    ///< without priority, and with a single processor, too
    std::optional<int> cpu; ///< nothing: the last that doesn't serve the line's interrupt
    bool locked = false;    ///< the whole memory is, and what comes: to be left so
};

/// Opens sources by name. One Opener for both, so that the two halves of a simulated receiver
/// share one world, and a GPIO chip that comes back under another number is known again. The clock
/// must outlive the sources.
///
///   pulses: gpio:LINE          a line by its name, on whichever chip has it ("gpio:GPIO18")
///           gpio:CHIP/OFFSET   "gpio:gpiochip0/18", "gpio:/dev/gpiochip0/18"
///           pps:PATH           a kernel PPS device ("pps:/dev/pps0")
///           sim:[KEY=VALUE,…]  the simulated receiver (hal/README.md lists the keys)
///           replay:FILE        what ppsd --record wrote, at the recorded pace
///   bytes:  uart:PATH          a serial device, a pty or a FIFO ("uart:/dev/serial0")
///           sim:[KEY=VALUE,…]
///           replay:FILE
class Opener {
  public:
    explicit Opener(Clock& clock, const PollRequest& poll = {}) : clock_{clock}, poll_{poll} {}

    /// Throws UsageError for a name it can't read, DeviceError if the machine says no.
    [[nodiscard]] std::unique_ptr<PulseSource> pulses(const std::string& name, EdgeChoice edge);

    /// baud: 4800 to 921600; sources without a speed ignore it. Throws as pulses() does.
    [[nodiscard]] std::unique_ptr<ByteSource> bytes(const std::string& name, unsigned baud);

    /// Whether such a source could be opened, as far as it shows without opening a device (a
    /// recording is read). Throws UsageError, or DeviceError for the recording, as those do.
    void check_pulses(const std::string& name, EdgeChoice edge);
    void check_bytes(const std::string& name, unsigned baud);

  private:
    struct Pulses;
    struct Bytes;
    /// When the simulated receiver was switched on, or the recording begins: the first call for
    /// one.
    MonoTime sim_start();

    Clock& clock_;
    PollRequest poll_;
    std::optional<MonoTime> sim_start_;
    std::string gpio_chip_; ///< the identity of the one that was opened; "": none yet
};

} // namespace hal
