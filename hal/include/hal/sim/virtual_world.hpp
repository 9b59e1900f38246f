// A world with a true time, in virtual time: everything that reaches the daemon, in order.
#pragma once

#include "hal/clock.hpp"
#include "hal/input.hpp"
#include "hal/sim/scenario.hpp"
#include "hal/sim/truth.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace hal::sim {

/// Whether the receiver's sentences come as bytes, or as what they mean.
enum class Level : std::uint8_t { wire, label };

/// Whether an error of whole seconds can be seen on the wire.
enum class Invisible : std::uint8_t {
    no,   ///< it can
    anew, ///< only by who remembers what was before a suspend, or an hour without labels and pulses
    yes   ///< it can't: see claims.hpp
};

/// The next thing that happens.
struct Happening {
    MonoTime when;              ///< when the daemon learns of it
    std::optional<Input> input; ///< what it learns; bytes are valid until the next take()
    bool second = false;        ///< instead: a true second begins, of which it learns nothing
    bool missed = false;        ///< instead: the edge that it awaits didn't come, or polling didn't
                                ///< find it, and `input` is the interrupt's stamp if there is one
};

/// The same seed and the same answers of the daemon give the same world. Feed the daemon thus:
///
///     while (world.truth().current() < seconds) {
///         if (the daemon wants a tick at `t`, and t <= world.next_at()) { world.set_now(t); tick }
///         else { happening = world.take(); feed it }
///     }
class VirtualWorld {
  public:
    /// The scenario must outlive it.
    VirtualWorld(const Scenario& scenario, std::uint64_t seed, Level level);
    ~VirtualWorld();

    /// When the next thing happens, as long as nobody slews the clock before.
    [[nodiscard]] MonoTime next_at() const noexcept;

    /// Lets it happen. The reference is valid until the next call.
    [[nodiscard]] const Happening& take();

    /// The system's clocks, the oscillator's with them, as the daemon reads them; they stand still
    /// between set_now() and take(). set_now() may not go beyond next_at().
    [[nodiscard]] Clock& clock() noexcept;
    void set_now(MonoTime t) noexcept;

    /// What PulseSource::await() does; nothing: hunt().
    void await(const std::optional<AwaitedEdge>& edge) noexcept;

    /// The daemon isn't run before that time.
    [[nodiscard]] MonoTime stalled_until() const noexcept;

    [[nodiscard]] Truth& truth() noexcept;
    /// CLOCK_REALTIME - CLOCK_MONOTONIC as it is, whoever has noticed.
    [[nodiscard]] Nanos real_minus_mono() const noexcept;

    /// Whether nothing on the wire shows that samples off by `error` whole seconds are wrong, since
    /// the receiver's labels are off by it. Positive: the receive time is later than the sample's
    /// second.
    [[nodiscard]] Invisible invisible(std::int64_t error) const noexcept;

    /// By how much later than their usual delay the sentences of the last four seconds came, the
    /// most of them.
    [[nodiscard]] Nanos last_label_late() const noexcept;

    /// Whether so many undisturbed pulses have come, with their labels, that a daemon must know by
    /// how much the sentences are late.
    [[nodiscard]] bool pulses_told() const noexcept;

    /// The second of the first label that could be right; -1: none yet.
    [[nodiscard]] std::int64_t first_fix() const noexcept;

    /// For the NTP daemon in the loop: what lies in the segment says that the clock is ahead by so
    /// much.
    void take_sample(Nanos ahead) noexcept;

  private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace hal::sim
