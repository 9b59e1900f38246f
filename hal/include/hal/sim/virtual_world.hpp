// A world with a true time, in virtual time: everything that reaches the daemon, in order.
#pragma once

#include "hal/byte_source.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"
#include "hal/sim/scenario.hpp"
#include "hal/sim/truth.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace hal::sim {

/// Whether the receiver's sentences come as bytes, or as what they mean.
enum class Level : std::uint8_t { wire, label };

/// The next thing that happens.
struct Happening {
    enum class Kind : std::uint8_t {
        nothing,    ///< only in the world: the daemon learns of nothing
        edge,       ///< see edge
        bytes,      ///< see bytes
        label,      ///< the level is label: see second, arrival
        no_fix,     ///< the level is label: the receiver says so
        clock_step, ///< the kernel says that the system clock was set
        slept,      ///< the machine has: see slept
        second      ///< a true second begins; nothing for the daemon
    };
    Kind kind = Kind::nothing;
    MonoTime when; ///< when the daemon learns of it
    PulseEdge edge;
    std::string_view bytes;  ///< valid until the next take()
    TrueSecond second;       ///< as the receiver says it
    MonoTime arrival;        ///< of the label's first bytes
    Nanos raw_minus_mono{0}; ///< edge: the oscillator, when the daemon learns of it
    Nanos slept{0};
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

    /// The system's clocks, as the daemon reads them; they stand still between set_now() and
    /// take().
    [[nodiscard]] Clock& clock() noexcept;
    void set_now(MonoTime t) noexcept;

    /// The daemon isn't run before that time.
    [[nodiscard]] MonoTime stalled_until() const noexcept;

    [[nodiscard]] Truth& truth() noexcept;
    /// CLOCK_REALTIME - CLOCK_MONOTONIC as it is, whoever has noticed.
    [[nodiscard]] Nanos real_minus_mono() const noexcept;

    /// By how many whole seconds samples are bound to be off, since the receiver's labels are and
    /// nothing on the wire shows it; 0 too where they have only just begun to be. Positive: the
    /// receive time is later than the sample's second.
    [[nodiscard]] std::int64_t invisible_error() const noexcept;
    /// The same of five seconds ago, for samples of then.
    [[nodiscard]] std::int64_t invisible_error_before() const noexcept;
    /// The same until enough labels in a row, with their pulses, have said otherwise.
    [[nodiscard]] std::int64_t invisible_error_unlearned() const noexcept;

    /// The same for a daemon that begins anew, with nothing to compare labels with: of the last
    /// ones, if enough of them agree.
    [[nodiscard]] std::int64_t invisible_error_at_start() const noexcept;
    /// The same within the holdover before, for pulses that go on where labels were lost.
    [[nodiscard]] std::int64_t invisible_error_at_start_before() const noexcept;

    /// Labels that came unspoilt have said for some seconds that samples which are off by that are
    /// wrong, and none has said so meanwhile: a daemon that is off by it didn't look.
    [[nodiscard]] bool contradicted(std::int64_t error) const noexcept;

    /// By how much later than their usual delay the sentences of the last four seconds came, the
    /// most of them.
    [[nodiscard]] Nanos last_label_late() const noexcept;

    /// Whether a daemon has heard, at any time before, two pulses with the labels that came after
    /// them: it knows that pulses will tell by how much the sentences are late.
    [[nodiscard]] bool pulses_told() const noexcept;

    /// The last second in which the clock was slewed by more than pulses may be off the beat, or
    /// the machine woke up: a daemon has no measure of time across it.
    [[nodiscard]] std::int64_t last_time_lost() const noexcept;

    /// The last second whose pulse was missing or disturbed, or in which the daemon wasn't run.
    [[nodiscard]] std::int64_t last_disturbed_pulse() const noexcept;

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
