// What can't be: a receiver that is misled, or lies, moves its pulses or its seconds by more than
// the board's own oscillator can explain.
#pragma once

#include "daemon/discipline/labeller.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace ppsd::discipline {

/// Compares each pulse and its second with the one before, and with one of one to two minutes ago,
/// by the board's own oscillator (CLOCK_MONOTONIC_RAW, which nobody slews): no oscillator is off by
/// more than 1500 ppm, and no interrupt is 25 ms late. Where the oscillator is not
/// known, by CLOCK_MONOTONIC, which chronyd slews by up to 83333 ppm: only whole seconds show then.
/// Slewing never looks implausible. A time that is pulled away more slowly than that is not seen.
class Distrust {
  public:
    enum class Reason : std::uint8_t {
        none,
        second_jumped, ///< the labels did, by about whole seconds
        pulse_moved,   ///< since the last one
        wrong_rate     ///< over a minute or two
    };

    struct Finding {
        Reason reason = Reason::none;
        hal::Nanos off{0}; ///< the receiver's time ahead of where it could be by the oscillator
        bool withheld = false;
    };

    /// length: of the silence after a finding; 0: nothing is ever withheld.
    explicit Distrust(hal::Nanos length) : length_{length} {}

    /// At `at` CLOCK_MONOTONIC_RAW was ahead of CLOCK_MONOTONIC by that: right after an edge.
    void note_oscillator(hal::MonoTime at, hal::Nanos raw_minus_mono) noexcept;

    /// A pulse with its second that could be handed over; in order.
    [[nodiscard]] Finding judge(const LabelledPulse& pulse) noexcept;

    /// Nothing is handed over until then.
    [[nodiscard]] bool withholds(hal::MonoTime now) const noexcept {
        return until_ && now < *until_;
    }
    [[nodiscard]] std::optional<hal::MonoTime> until() const noexcept { return until_; }

    /// Time has stood still, or moved, on all of the machine's clocks (it slept): what was is no
    /// measure of what comes. What is withheld stays withheld.
    void forget() noexcept;

  private:
    struct Instant {
        hal::UtcSecond second;
        hal::MonoTime time;
        std::optional<hal::Nanos> raw_minus_mono;
    };
    struct Note {
        hal::MonoTime at;
        hal::Nanos raw_minus_mono{0};
    };

    [[nodiscard]] std::optional<hal::Nanos> oscillator_at(hal::MonoTime t) const noexcept;
    [[nodiscard]] static hal::Nanos excess(const Instant& from, const Instant& to) noexcept;
    [[nodiscard]] Finding compare(const Instant& now) const noexcept;
    void remember(const Instant& now) noexcept;

    hal::Nanos length_;
    std::array<Note, 8> notes_{};
    std::size_t noted_ = 0;
    std::optional<Instant> last_;
    std::optional<Instant> anchor_;      ///< one to two minutes old
    std::optional<Instant> next_anchor_; ///< up to a minute old
    std::optional<hal::MonoTime> until_;
};

/// "the second jumped", for the log.
[[nodiscard]] std::string_view name(Distrust::Reason reason) noexcept;

} // namespace ppsd::discipline
