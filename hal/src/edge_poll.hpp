// Reads a line in a loop around the time at which an edge is due. The machine is behind a seam.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <cstdint>

namespace hal {

/// What polling needs of the machine. A test has a script of levels and times.
class PollMachine {
  public:
    PollMachine() = default;
    PollMachine(const PollMachine&) = delete;
    PollMachine& operator=(const PollMachine&) = delete;
    virtual ~PollMachine() = default;

    [[nodiscard]] virtual MonoTime mono() noexcept = 0;
    [[nodiscard]] virtual OscTime osc() noexcept = 0;
    /// 1: high, 0: low; below 0: the line can't be read.
    [[nodiscard]] virtual int level() noexcept = 0;
    /// Sleeps until then, or less long.
    virtual void sleep_until(MonoTime t) noexcept = 0;
    /// Whether the edge isn't waited for any more.
    [[nodiscard]] virtual bool called_off() noexcept = 0;
};

struct PollResult {
    enum class End : std::uint8_t {
        found,
        missed,    ///< none came within the window, or it was over before the first read
        unreadable ///< the line
    };
    End end = End::missed;
    MonoTime time;  ///< found: the middle of the interval in which the edge lies
    Nanos bound{0}; ///< half of it, and a step of the clock
};

/// Sleeps on CLOCK_MONOTONIC, and looks again what the oscillator says until the time has come, so
/// that slewing makes it miss nothing. How late it wakes is learned, and it sleeps less long by
/// that.
class EdgePoll {
  public:
    /// What it sleeps less long by: at first, and the limits.
    static constexpr Nanos first_early{100'000}, least_early{20'000}, most_early{500'000};
    /// An edge that is left to interrupts is given up so long after it was due.
    static constexpr Nanos interrupt_patience{25'000'000};
    /// One that was polled and not found, so long: the interrupt's stamp, which may stand in, is
    /// there by then.
    static constexpr Nanos stamp_patience{2'000'000};
    /// The event loop gives either up so long after it was due, if the poller hasn't: it never got
    /// the processor. A stamp is still worth something then, even if the clock was slewed by 8 %
    /// meanwhile (discipline/oscillator).
    static constexpr Nanos last_patience{75'000'000};

    /// The machine must outlive it. step: what its readings of the clock may be rounded down by.
    explicit EdgePoll(PollMachine& machine, Nanos step = Nanos{0})
        : machine_{machine}, step_{step} {}

    /// Waits for the edge, and reads the line if it is to be polled. One that was called off ends
    /// as missed. The edge lies between the reading of the clock before the last read that said
    /// otherwise and the one after the first that said so, or a step later.
    [[nodiscard]] PollResult run(const AwaitedEdge& edge) noexcept;

    [[nodiscard]] Nanos early() const noexcept { return early_; }

  private:
    [[nodiscard]] bool wait(OscTime until) noexcept;
    [[nodiscard]] PollResult read(const AwaitedEdge& edge) noexcept;

    PollMachine& machine_;
    Nanos step_;
    Nanos early_ = first_early;
};

} // namespace hal
