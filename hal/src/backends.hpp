// What open.cpp calls: one function for each backend. Private to hal.
//
// `name` is what the user wrote in full ("gpio:GPIO18"), for messages and Source::name(); the
// string_view is what follows the scheme. All throw UsageError for what can't be read and
// DeviceError if the machine says no; the clock must outlive the source.
#pragma once

#include "hal/byte_source.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"
#include "pollable_line.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace hal {

/// A GPIO line's edges. In gpiod_v2.cpp or gpiod_v1.cpp, of which one is compiled. identity:
/// of the chip, for the next time; see find_gpio_line().
[[nodiscard]] std::unique_ptr<PollableLine> open_gpio(const std::string& name,
                                                      std::string_view line, EdgeChoice edge,
                                                      Clock& clock, std::string& identity);

/// A kernel PPS device's edges ("/dev/pps0"): rising is its assert, falling its clear.
[[nodiscard]] std::unique_ptr<PulseSource>
open_kernel_pps(const std::string& name, std::string_view path, EdgeChoice edge, Clock& clock);

/// A serial device, a pty or a FIFO. baud: see uart.cpp's table.
[[nodiscard]] std::unique_ptr<ByteSource> open_uart(const std::string& name, std::string_view path,
                                                    unsigned baud);

/// The simulated receiver's pulses and sentences, switched on at `start`.
[[nodiscard]] std::unique_ptr<PulseSource> open_sim_pulses(const std::string& name,
                                                           std::string_view settings,
                                                           EdgeChoice edge, Clock& clock,
                                                           MonoTime start);
[[nodiscard]] std::unique_ptr<ByteSource> open_sim_bytes(const std::string& name,
                                                         std::string_view settings, unsigned baud,
                                                         Clock& clock, MonoTime start);

/// What opening would refuse before it looks for the device.
void check_gpio(const std::string& name, std::string_view line);
void check_kernel_pps(const std::string& name, std::string_view path);
void check_uart(const std::string& name, std::string_view path, unsigned baud);

/// A recording's edges and bytes, the first of either at `start`. Both read the file whole.
[[nodiscard]] std::unique_ptr<PulseSource> open_replay_pulses(const std::string& name,
                                                              std::string_view path,
                                                              EdgeChoice edge, Clock& clock,
                                                              MonoTime start);
[[nodiscard]] std::unique_ptr<ByteSource>
open_replay_bytes(const std::string& name, std::string_view path, Clock& clock, MonoTime start);

} // namespace hal
