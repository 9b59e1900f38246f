// Follows a receiver that sends at another rate than before. Pure.
#pragma once

#include "hal/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::app {

/// A receiver that has lost its settings is back at its maker's rate, and one that was set anew is
/// at another: what comes is noise then. Where nothing whole came for a while, other rates are
/// listened at, one after the other, until two lines are whole. If none has any, it is the old rate
/// again for a minute: something else is wrong.
///
/// Only bytes move it: silence is the same at all rates.
class RateFollower {
  public:
    /// Noise for so long, and at least so much of it: a receiver's second is some hundred bytes.
    static constexpr hal::Nanos noise_for = std::chrono::seconds{5};
    static constexpr std::size_t noise = 100;
    /// At each other rate: longer than a second's burst and the pause before it; and where one line
    /// was whole, until the second comes.
    static constexpr hal::Nanos listening = std::chrono::milliseconds{1200};
    static constexpr hal::Nanos promising = std::chrono::milliseconds{2500};
    static constexpr unsigned enough = 2; ///< whole lines, to stay
    static constexpr hal::Nanos rest = std::chrono::minutes{1};

    /// What has become of it, if something has.
    enum class News : std::uint8_t {
        none,
        hunting, ///< other rates are listened at from now on, for the first time since all was well
        other,   ///< the next one, or again
        followed,
        nothing ///< found at any rate: rate() is the old one
    };

    explicit RateFollower(unsigned baud) : home_{baud} {}

    /// So many bytes were read; whole: lines or packets that were whole so far, all in all. The
    /// caller listens at rate() from now on.
    News add(std::size_t bytes, hal::MonoTime now, std::uint64_t whole);

    /// Where something whole came last, or was to come; while it hunts, the rate that is tried.
    [[nodiscard]] unsigned rate() const noexcept;

    /// The port can't do rate(): as News.
    News skip(hal::MonoTime now) { return hunt(now); }

  private:
    News at_home(std::size_t bytes, hal::MonoTime now, std::uint64_t whole);
    News hunt(hal::MonoTime now);

    unsigned home_;
    std::optional<std::size_t> tried_;   ///< the other rate that is listened at
    std::uint64_t whole_ = 0;            ///< when noise began, or rate() changed
    std::optional<hal::MonoTime> since_; ///< the first bytes after that
    std::size_t bytes_ = 0;              ///< since then
    std::optional<hal::MonoTime> last_;  ///< bytes
    std::optional<hal::MonoTime> rests_until_;
};

} // namespace ppsd::app
