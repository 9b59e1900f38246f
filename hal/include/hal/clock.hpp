// How the two clocks of the system stand to each other.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace hal {

/// CLOCK_REALTIME minus CLOCK_MONOTONIC. Constant to a nanosecond until REALTIME is stepped,
/// since slewing moves both; each step begins a new generation.
struct ClockOffset {
    Nanos real_minus_mono{0};
    std::uint32_t generation = 0;

    [[nodiscard]] constexpr RealTime to_real(MonoTime t) const {
        return RealTime::from_ns(t.ns() + real_minus_mono.count());
    }
    [[nodiscard]] constexpr MonoTime to_mono(RealTime t) const {
        return MonoTime::from_ns(t.ns() - real_minus_mono.count());
    }
    friend constexpr bool operator==(const ClockOffset&, const ClockOffset&) = default;
};

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    [[nodiscard]] virtual MonoTime now() noexcept = 0;

    /// The offset that is true now: the cached one if a fresh mono/real/mono bracket contains it,
    /// else the clock was stepped: measures anew and begins a new generation.
    [[nodiscard]] virtual ClockOffset offset() noexcept = 0;

    /// Readable when CLOCK_REALTIME was set (for leap seconds a little late); -1 if there is no
    /// such thing. Stays the clock's.
    [[nodiscard]] virtual int step_fd() const noexcept = 0;

    /// Takes note of what step_fd() said, and arms it again.
    virtual void acknowledge_step() noexcept = 0;

    /// How long the machine has slept (suspend) since it was started, to within some ms: meanwhile
    /// CLOCK_MONOTONIC stood still. The very same value until it sleeps again.
    [[nodiscard]] virtual Nanos slept() noexcept { return Nanos{0}; }

    /// Now, on CLOCK_MONOTONIC_RAW (the oscillator, which nobody slews) and on CLOCK_MONOTONIC: the
    /// two are of the same moment. Nothing if they could not be read so, or there is no oscillator.
    [[nodiscard]] virtual std::optional<Stamp> stamp() noexcept { return std::nullopt; }

    /// CLOCK_MONOTONIC_RAW - CLOCK_MONOTONIC now, as stamp() has it.
    [[nodiscard]] std::optional<Nanos> raw_minus_mono() noexcept {
        const auto both = stamp();
        return both ? std::optional{both->raw_minus_mono()} : std::nullopt;
    }

    /// Whether the kernel says that something keeps the system clock synchronised (adjtimex).
    [[nodiscard]] virtual bool synchronised() noexcept = 0;
};

} // namespace hal
