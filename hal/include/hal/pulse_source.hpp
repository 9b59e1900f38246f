// Edges of a pulse-per-second signal.
#pragma once

#include "hal/source.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace hal {

/// Which way the line went. A kernel PPS device's assert counts as rising, its clear as falling.
enum class Polarity : std::uint8_t { rising, falling };

/// Which edges to ask the kernel for. automatic asks for both.
enum class EdgeChoice : std::uint8_t { automatic, rising, falling };

struct PulseEdge {
    MonoTime time; ///< when the kernel saw it, as near to the hardware as the backend gets
    Polarity polarity = Polarity::rising;
    /// Set only where the kernel stamped CLOCK_REALTIME: the generation (ClockOffset) of the
    /// offset that brought the stamp to MONOTONIC. The edge is worthless once that is over.
    std::optional<std::uint32_t> generation;
};

class PulseSource : public Source {
  public:
    /// The next edge in order of time, or nothing: no more now, or error() is set. Never blocks.
    [[nodiscard]] virtual std::optional<PulseEdge> read() noexcept = 0;

    /// Whether fd() is readable as soon as there is an edge. If not, read() has to be tried before
    /// anything that came later is looked at.
    [[nodiscard]] virtual bool prompt() const noexcept { return true; }

    /// No edge has come for a while: finds out whether the device is still there, for kernels that
    /// don't say so; sets error() if it is not. Never blocks.
    virtual void probe() noexcept {}

    /// Edges that the kernel saw but had no room to queue, since opening. (Edges the hardware
    /// lost are not seen by anyone.)
    [[nodiscard]] virtual std::uint64_t overflowed() const noexcept = 0;
};

} // namespace hal
