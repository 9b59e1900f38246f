// The simulated receiver's settings, and its true time beside a clock that drifts.
#pragma once

#include "hal/time.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hal::sim {

/// What can be wrong with the receiver, by the names that `fault=` takes.
enum class Fault : std::uint8_t {
    no_fix,        ///< "no-fix": sentences that say so, pulses go on
    no_pulses,     ///< "no-pulses"
    no_sentences,  ///< "no-sentences"
    bad_checksum,  ///< "bad-checksum": in every sentence
    garbage,       ///< "garbage": random bytes between the sentences
    missing_pulse, ///< "missing-pulse": each tenth pulse
    glitches,      ///< "glitches": an edge 0.3 s after each seventh pulse
    late_label,    ///< "late-label": each twentieth burst 0.45 s late
    old_date,      ///< "old-date": 1024 weeks in the past
    count_
};

inline constexpr auto fault_count = static_cast<std::size_t>(Fault::count_);

struct Settings {
    double drift_ppm = 20;    ///< how fast the system's clock runs against true time
    Nanos delay{120'000'000}; ///< from the true second to the first byte about it
    Nanos jitter{1'000};      ///< of the pulse's stamp: evenly within plus or minus this
    Nanos width{100'000'000}; ///< of the pulse
    bool falling = false;     ///< the pulse leads with its falling edge
    std::uint64_t seed = 1;
    std::bitset<fault_count> faults;

    [[nodiscard]] bool has(Fault fault) const { return faults[static_cast<std::size_t>(fault)]; }
};

/// "drift=20,delay=0.12,jitter=1000,width=0.1,polarity=falling,seed=7,fault=no-fix+garbage".
/// name: what the user wrote in full. Throws UsageError naming the key.
[[nodiscard]] Settings parse_settings(const std::string& name, std::string_view text);

/// True time: at `start` on CLOCK_MONOTONIC it was `utc_ns`, and from there the system's clock
/// runs fast by the drift.
class World {
  public:
    World(const Settings& settings, MonoTime start, RealTime system_time);

    /// When that true second begins.
    [[nodiscard]] MonoTime begin_of(UtcSecond second) const;

    /// The first second that begins at `t` or later.
    [[nodiscard]] UtcSecond first_from(MonoTime t) const;

  private:
    double rate_;
    MonoTime start_;
    std::int64_t utc_at_start_ns_;
};

/// Repeatable numbers from a seed and a place, the same whoever asks first (splitmix64).
[[nodiscard]] constexpr std::uint64_t noise(std::uint64_t seed, std::int64_t place) {
    std::uint64_t z = seed * 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(place);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

} // namespace hal::sim
