// An independent system clock is evidence about the receiver's seconds.
#pragma once

#include "daemon/pipeline/trust.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::app {

/// Compares each second that is about to be published with the system clock, as long as that clock
/// is independent of ppsd. Pure: what the kernel says comes in as an argument.
///
/// The clock is independent if the kernel called it synchronised before any ppsd had published
/// anything since the boot, and no sample that differs from it by more than half a second was
/// published since. Otherwise it may follow ppsd, and proves nothing until the next boot:
/// may_follow_us() is then true, and the caller keeps that over restarts of ppsd
/// (`published_before`). Where it can't be kept, `published_before` is true: then there is no
/// check. That is the safe side here, since a clock that an earlier ppsd had set wrong would
/// silence a right receiver; a wrong second is refused only on true evidence.
///
/// The kernel's word holds for `holds`, or until the clock is set: the daemon that keeps the clock
/// may be started again meanwhile, and no crystal loses half a second in that time. A contradiction
/// begins where that word holds and the difference is outside of the comparison's limits. It ends
/// when the difference is inside them by `clearly`, or when the word holds no longer.
class ClockCheck {
  public:
    static constexpr hal::Nanos half_second{500'000'000};
    static constexpr hal::Nanos clearly{100'000'000};
    static constexpr hal::Nanos holds = std::chrono::minutes{15};
    /// After so long a contradiction is told again, and then each `again_every`.
    static constexpr hal::Nanos again_after = std::chrono::minutes{20};
    static constexpr hal::Nanos again_every = std::chrono::hours{1};

    struct Comparison {
        hal::MonoTime now;
        /// The system clock at the moment of the second, less that second: positive if the clock
        /// is ahead of the receiver.
        hal::Nanos ahead{0};
        /// Between these `ahead` is no contradiction.
        hal::Nanos lowest{-half_second};
        hal::Nanos highest{half_second};
    };

    /// What there is to tell.
    enum class Word : std::uint8_t {
        none,
        begins,  ///< they contradict each other
        goes_on, ///< they still do
        agree,   ///< they don't any more
        lapses   ///< the clock is no longer called synchronised
    };

    struct Outcome {
        bool withhold = false; ///< it is not to be published
        Word word = Word::none;
        hal::Nanos lasting{0}; ///< the contradiction, so far
    };

    ClockCheck(Trust trust, bool published_before)
        : trust_{trust}, basis_{published_before ? Basis::ours : Basis::unknown} {}

    /// Whether judge() needs to know what the kernel says: it is asked only then.
    [[nodiscard]] bool asks_kernel(const Comparison& comparison) const noexcept;

    /// Before each sample. synchronised: the kernel's word; any if asks_kernel() is false.
    [[nodiscard]] Outcome judge(const Comparison& comparison, bool synchronised) noexcept;

    /// A sample was handed over that was compared with that difference.
    void published(hal::Nanos ahead) noexcept;

    /// The system clock was set.
    void clock_set() noexcept { synchronised_at_.reset(); }

    /// The machine slept: its clock goes on by that of the board, which knows whole seconds.
    void slept() noexcept;

    /// Nobody else's samples, and none of ours, have made it differ from what others say.
    [[nodiscard]] bool independent() const noexcept {
        return basis_ == Basis::others && !led_astray_;
    }
    /// Since the boot ppsd has published something that no independent clock agreed with.
    [[nodiscard]] bool may_follow_us() const noexcept {
        return basis_ == Basis::ours || led_astray_;
    }
    /// The last second that was compared was not to be published.
    [[nodiscard]] bool withholds() const noexcept {
        return since_.has_value() && trust_ != Trust::receiver;
    }

  private:
    /// Who keeps the clock.
    enum class Basis : std::uint8_t { unknown, others, ours };

    [[nodiscard]] bool outside(const Comparison& comparison) const noexcept;
    [[nodiscard]] bool called_synchronised(hal::MonoTime now) const noexcept;
    [[nodiscard]] Outcome contradict(hal::MonoTime now) noexcept;
    [[nodiscard]] Outcome end(Word word, hal::MonoTime now) noexcept;

    Trust trust_;
    Basis basis_;
    bool led_astray_ = false; ///< a sample that differs was published while basis_ was others
    std::optional<hal::MonoTime> synchronised_at_; ///< when the kernel last said so
    std::optional<hal::MonoTime> since_;           ///< when the contradiction began
    hal::MonoTime again_at_;                       ///< when it is to be told again
};

} // namespace ppsd::app
