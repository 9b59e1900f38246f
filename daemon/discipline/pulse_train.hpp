// From leading edges to numbered pulses, a second apart.
#pragma once

#include "daemon/discipline/lateness.hpp"
#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::discipline {

/// A pulse and its place in the train: ordinals differ by the true seconds between the pulses,
/// missing ones counted.
struct Pulse {
    hal::MonoTime time;
    std::int64_t ordinal = 0;
    bool late = false;  ///< its interrupt was: the place is true, the time isn't
    bool moved = false; ///< the first of another phase or rate than before
};

/// Follows a train of one-second pulses on CLOCK_MONOTONIC, which chronyd may slew by 83333 ppm
/// either way: a true second is 0.917 to 1.083 s long there.
class PulseTrain {
  public:
    struct Outcome {
        Verdict verdict = Verdict::used;
        Pulse pulse;            ///< valid if verdict is used or late_edge
        bool restarted = false; ///< ordinals before this pulse mean nothing any more
        hal::Nanos error{0};    ///< how far from the expected time, late positive; for the log
    };

    /// Edges in order of time. used: it is the next pulse. late_edge: so it is, but its time is
    /// wrong. Otherwise glitch, off_beat, noisy (a pulse by its place, but not to be trusted) or
    /// out_of_order. After more than 4 s without a used one, or more than 4 s backwards, the train
    /// is restarted. After noise, the first edge that follows 0.7 s of silence begins the beat
    /// anew, at the rate of before or at that of two lone ones.
    [[nodiscard]] Outcome add(hal::MonoTime edge) noexcept;

    /// The length of a second on CLOCK_MONOTONIC, as the last pulses had it.
    [[nodiscard]] hal::Nanos period() const noexcept { return period_; }

  private:
    struct Candidate {
        hal::MonoTime time;
        std::int64_t ordinal = 0;
        int seen = 0;
        bool late = false; ///< near enough to the beat to be only a late interrupt
    };

    [[nodiscard]] Outcome restart(hal::MonoTime edge) noexcept;
    [[nodiscard]] Outcome begin_beat(hal::MonoTime edge, hal::Nanos silence) noexcept;
    [[nodiscard]] Outcome on_beat(hal::MonoTime edge, std::int64_t seconds,
                                  hal::Nanos error) noexcept;
    void follow(hal::MonoTime edge, std::int64_t seconds) noexcept;
    [[nodiscard]] Outcome accept(hal::MonoTime edge, std::int64_t ordinal,
                                 hal::Nanos error) noexcept;
    [[nodiscard]] Outcome off_beat(hal::MonoTime edge, std::int64_t seconds,
                                   hal::Nanos error) noexcept;
    [[nodiscard]] Outcome glitch(hal::Nanos since_last) noexcept;
    [[nodiscard]] bool trusted() noexcept;
    [[nodiscard]] std::optional<hal::Nanos> period_by(const Candidate& candidate,
                                                      hal::MonoTime edge) const noexcept;

    std::optional<Pulse> last_;
    Pulse last_used_;         ///< noisy ones left out
    hal::MonoTime last_edge_; ///< of any kind
    hal::Nanos period_{std::chrono::seconds{1}};
    hal::Nanos clean_period_{std::chrono::seconds{1}}; ///< noise left out
    std::optional<Candidate> candidate_;
    Lateness lateness_;
    int glitches_ = 0; ///< since last_
    int stray_ = 0;    ///< of these, too late after the pulse to be its bouncing
    int noisy_in_a_row_ = 0;
    int clean_in_a_row_ = 0;
    bool noisy_ = false;
    bool moved_ = false; ///< since the last used pulse
};

} // namespace ppsd::discipline
