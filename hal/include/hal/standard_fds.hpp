// Descriptors 0, 1 and 2 of a program.
#pragma once

namespace hal {

/// Opens /dev/null in place of those that whoever started us had closed: else the next thing that
/// is opened gets their number, and what is meant for stderr goes to the receiver. First thing in
/// main.
void fill_standard_fds() noexcept;

} // namespace hal
