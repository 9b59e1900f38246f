// By how much the kernel's stamps of edges are late, measured in place.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::app {

/// Where an interrupt stamps a pulse between polled ones, the polled ones on both sides say
/// where the one in between was. Reading a line keeps a bus busy and so changes what an interrupt's
/// latency is: the two ways on the same pulse would not show it.
class IrqLateness {
  public:
    /// So many measurements are needed before median() says anything (one of three may be far off);
    /// so many of the last count, as many as `calibrate` has in its two minutes.
    static constexpr std::size_t least = 3, kept = 15;

    /// A pulse, as it was stamped, in order of time. What it measured of the one before, if so.
    std::optional<hal::Nanos> add(hal::OscTime stamp, hal::Stamping stamping) noexcept;

    /// Positive: stamps are late.
    [[nodiscard]] std::optional<hal::Nanos> median() const noexcept;
    /// The median distance from the median; half of the stamps vary by more.
    [[nodiscard]] hal::Nanos spread() const noexcept;
    /// Measurements so far.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// What comes is not of the same train, or time stood still: the measurements stay.
    void interrupt_train() noexcept { last_ = {}; }

  private:
    struct Pulse {
        hal::OscTime stamp;
        bool polled = false;
    };
    using Sorted = std::array<hal::Nanos, kept>;
    [[nodiscard]] std::size_t size() const noexcept;

    std::array<std::optional<Pulse>, 2> last_; ///< the one before the last, the last
    Sorted measured_{};
    std::uint64_t count_ = 0;
};

/// How precisely polled edges' times are known; and which of them are worth nothing, since the
/// poller was stalled while it read: those whose bound is far larger than usual.
class PolledBounds {
  public:
    /// Notes the bound, and says whether it is more than 4 times the median of the 15 before it and
    /// half a microsecond; of the first five, whether it is more than 250 us.
    [[nodiscard]] bool stretched(hal::Nanos bound) noexcept;

    /// The median of the last 15; nothing before the first.
    [[nodiscard]] std::optional<hal::Nanos> usual() const noexcept;

    /// A pulse came; its bound can be asked for until 16 more did.
    void keep(hal::MonoTime pulse, hal::Nanos bound) noexcept {
        pulses_[next_++ % pulses_.size()] = {pulse, bound};
    }
    /// Nothing: it was not kept, or long ago.
    [[nodiscard]] std::optional<hal::Nanos> of(hal::MonoTime pulse) const noexcept;

  private:
    static constexpr std::size_t kept = 15, needed = 5;
    struct Pulse {
        hal::MonoTime time;
        hal::Nanos bound{0};
    };
    std::array<hal::Nanos, kept> bounds_{};
    std::uint64_t count_ = 0;
    std::array<Pulse, 16> pulses_{}; ///< as many as the timekeeper keeps
    std::size_t next_ = 0;
};

} // namespace ppsd::app
