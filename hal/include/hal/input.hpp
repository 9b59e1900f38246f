// All that comes in, as one type: what the machine, a recording or a simulated world hands over.
#pragma once

#include "hal/byte_source.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <string_view>
#include <variant>

namespace hal {

/// CLOCK_REALTIME was set, says the kernel.
struct ClockStep {
    MonoTime time;
    friend bool operator==(const ClockStep&, const ClockStep&) = default;
};

/// The machine slept for so long, while CLOCK_MONOTONIC stood still, and is awake again by then.
struct Slept {
    MonoTime time;
    Nanos length{0};
    friend bool operator==(const Slept&, const Slept&) = default;
};

/// How the oscillator stands to CLOCK_MONOTONIC at that time.
struct OscillatorNote {
    MonoTime time;
    Nanos raw_minus_mono{0}; ///< CLOCK_MONOTONIC_RAW - CLOCK_MONOTONIC
    friend bool operator==(const OscillatorNote&, const OscillatorNote&) = default;
};

/// A newer list of leap seconds.
struct NewLeapList {
    MonoTime time;
    std::string_view text; ///< a leap-seconds.list; the caller's
    friend bool operator==(const NewLeapList&, const NewLeapList&) = default;
};

/// The receiver's line has that rate from now on.
struct LineRate {
    MonoTime time;
    unsigned baud = 0;
    friend bool operator==(const LineRate&, const LineRate&) = default;
};

/// What a receiver says of a second, without sentences: only in simulations of decades.
struct SimulatedLabel {
    MonoTime time;
    bool fix = true; ///< false: it says that it has none, and the rest means nothing
    UtcSecond second;
    bool inserted = false; ///< the inserted second after it
    Stamp arrival;         ///< of its first bytes
};

/// Time to do what is due.
struct Tick {
    MonoTime time;
    friend bool operator==(const Tick&, const Tick&) = default;
};

/// In a turn: ClockStep and Slept; then an OscillatorNote, by which the times of the rest are
/// brought to the oscillator's; then edges before the bytes that came with them, so that labels
/// find their pulses; at last, after a newer OscillatorNote, a Tick.
using Input = std::variant<PulseEdge, ByteChunk, LineRate, SimulatedLabel, ClockStep, Slept,
                           OscillatorNote, NewLeapList, Tick>;

/// When it came; of an edge, its stamp.
[[nodiscard]] constexpr MonoTime time_of(const Input& input) {
    return std::visit(
        [](const auto& in) {
            if constexpr (requires { in.arrival.mono; })
                return in.time;
            else if constexpr (requires { in.arrival; })
                return in.arrival;
            else
                return in.time;
        },
        input);
}

} // namespace hal
