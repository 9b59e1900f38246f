// Edges of a pulse-per-second signal.
#pragma once

#include "hal/source.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hal {

/// Which way the line went. A kernel PPS device's assert counts as rising, its clear as falling.
enum class Polarity : std::uint8_t { rising, falling };

/// Which edges to ask the kernel for. automatic asks for both.
enum class EdgeChoice : std::uint8_t { automatic, rising, falling };

/// How an edge got its time.
enum class Stamping : std::uint8_t {
    interrupt, ///< by the kernel, which was asked for edges at any time
    awaited,   ///< by the kernel, of the leading edge alone and where it was due
    stand_in,  ///< the same, where polling didn't find the edge, or its time
    polled     ///< the line was read in a loop around the time at which the edge was due
};

struct PulseEdge {
    /// When the kernel saw it, as near to the hardware as the backend gets; polled: the middle of
    /// the interval between the last read before the edge and the first one after it.
    MonoTime time;
    Polarity polarity = Polarity::rising;
    /// Set only where the kernel stamped CLOCK_REALTIME: the generation (ClockOffset) of the
    /// offset that brought the stamp to MONOTONIC. The edge is worthless once that is over.
    std::optional<std::uint32_t> generation;
    Stamping stamping = Stamping::interrupt;
    Nanos bound{0}; ///< polled: half the interval, so `time` is off by that at most; else unknown
    /// polled: the kernel's stamp of the same edge, if there is one
    std::optional<MonoTime> interrupt{};
    friend bool operator==(const PulseEdge&, const PulseEdge&) = default;
};

enum class AwaitedBy : std::uint8_t {
    interrupt,
    polling,
    either ///< it is polled, and where that doesn't find it an interrupt's stamp stands in
};

/// The edge that is wanted next, where the train is known so well that others don't matter.
struct AwaitedEdge {
    OscTime due;
    Nanos window{0}; ///< from so long before until so long after it is looked for
    Polarity polarity = Polarity::rising;
    AwaitedBy by = AwaitedBy::polling;
    [[nodiscard]] bool polled() const noexcept { return by != AwaitedBy::interrupt; }
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

    /// From now on only this edge is wanted, until the next call of await() or hunt(). Where
    /// awaits() is false neither of them does anything.
    virtual void await(const AwaitedEdge&) noexcept {}
    /// All edges are wanted again, stamped by interrupts.
    virtual void hunt() noexcept {}
    [[nodiscard]] virtual bool awaits() const noexcept { return false; }
    /// When read() gives the awaited edge up, whatever fd() says; nothing: none is awaited.
    [[nodiscard]] virtual std::optional<MonoTime> gives_up() const noexcept { return std::nullopt; }
    /// Awaited edges that didn't come, or were polled and not found, since opening; fd() is
    /// readable when there is another one.
    [[nodiscard]] virtual std::uint64_t missed() const noexcept { return 0; }
    /// For the log, how edges are stamped, and why so; empty: nothing was asked for.
    [[nodiscard]] virtual std::string_view stamped_how() const noexcept { return {}; }

    /// Edges that the kernel saw but had no room to queue, since opening. (Edges the hardware
    /// lost are not seen by anyone.)
    [[nodiscard]] virtual std::uint64_t overflowed() const noexcept = 0;
};

} // namespace hal
