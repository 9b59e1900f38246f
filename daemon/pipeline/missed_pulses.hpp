// How many seconds went without a sample of the pulses, and what came in their place.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

/// Counts the seconds since the first lock for which no sample was published. A second is due 4 s
/// after it: then its sample would be too old. Of the last two minutes it knows what came in the
/// place of those that are missed. Seconds are told apart by their distance from the last pulse,
/// in whole seconds of CLOCK_MONOTONIC: no numbering is needed. Pure; takes no memory.
class MissedPulses {
  public:
    /// What came in a missed second's place; where several did, the last of this list.
    enum class Instead : std::uint8_t {
        nothing,  ///< no edge
        noise,    ///< edges that are no pulses
        late,     ///< its pulse, which was of no use by the time it came or was read
        untaken,  ///< its sample, which no output took
        unlocked, ///< not locked then: nobody knew which second it was
        count_
    };

    static constexpr std::int64_t window = 120; ///< seconds
    /// So many missed ones of the window are worth a word: 2.5 %. A clock that is set, or a machine
    /// that is busy once, costs one or two.
    static constexpr int noticeable = 3;

    struct Lately {
        int due = 0;                     ///< of the window, since the first lock
        int missed = 0;                  ///< of these
        Instead most = Instead::nothing; ///< in the place of most of the missed ones
        int by_most = 0;                 ///< so many
        int every = 0; ///< each sample came so many seconds after the one before; 0: irregular
    };

    /// counts: there are pulses, and somewhere for their samples to go; else nothing is due.
    explicit MissedPulses(bool counts) : counts_{counts} {}

    /// From now on pulses are handed over; no longer.
    void locked(hal::MonoTime now) noexcept;
    void unlocked(hal::MonoTime now) noexcept;

    /// An edge, and what became of it.
    void edge(hal::MonoTime at, discipline::Verdict verdict) noexcept;
    /// A pulse's sample, and what became of it.
    void sample(hal::MonoTime pulse, discipline::Verdict verdict) noexcept;

    /// The machine slept: CLOCK_MONOTONIC stood still for so long.
    void slept(hal::Nanos length) noexcept;

    /// Since the first lock.
    [[nodiscard]] std::uint64_t count(hal::MonoTime now) const noexcept;
    [[nodiscard]] Lately lately(hal::MonoTime now) const noexcept;

  private:
    using Mark = std::uint8_t; ///< an Instead, or `published`
    static constexpr Mark published = static_cast<Mark>(Instead::count_);
    static constexpr std::size_t kept = 128; ///< the window, and what is not due yet
    static constexpr std::int64_t size = kept;

    void begin(hal::MonoTime at) noexcept;
    void mark(std::int64_t second, Mark mark) noexcept;
    void move_to(std::int64_t second) noexcept;
    [[nodiscard]] std::int64_t second_of(hal::MonoTime at) const noexcept;
    [[nodiscard]] int distance(std::int64_t due) const noexcept;
    [[nodiscard]] std::int64_t last_due(hal::MonoTime now) const noexcept;
    [[nodiscard]] Mark mark_of(std::int64_t second) const noexcept {
        return second > newest_ ? Mark{0} : marks_[place(second)];
    }
    static constexpr std::size_t place(std::int64_t second) noexcept {
        return static_cast<std::size_t>(second) % kept;
    }

    bool counts_;
    // Seconds are counted from that of the first lock, which is 0.
    std::int64_t newest_ = 0;
    std::optional<hal::MonoTime> newest_at_; ///< nothing before the first lock
    std::int64_t published_ = 0;             ///< so many samples
    std::optional<std::int64_t> unlocked_from_;
    std::array<Mark, kept> marks_{}; ///< a ring; those of later seconds than newest_ are unset
};

/// "no-edge", "noise": for programs.
[[nodiscard]] std::string_view name(MissedPulses::Instead instead) noexcept;

/// Without a full stop: how many are missing, why, and what would help.
[[nodiscard]] std::string explanation(const MissedPulses::Lately& lately);

} // namespace ppsd::app
