// Which rates a receiver may send at.
#pragma once

#include <array>

namespace ppsd::nmea {

/// Baud. In the order in which they are tried: what receivers come with, then what people set.
inline constexpr std::array<unsigned, 9> line_rates{9600,  38400,  115200, 4800,  57600,
                                                    19200, 230400, 460800, 921600};

} // namespace ppsd::nmea
