// How long after its pulse a label comes, as labels that were locked on have taught.
#pragma once

#include "daemon/discipline/agreeing_labels.hpp"
#include "hal/time.hpp"

#include <optional>

namespace ppsd::discipline {

/// Kept when nothing is locked any more: labels that come as they did are what was known already.
/// Late bursts may have taught it, so it can be put in doubt, which ends when it is learned anew.
class LearnedDelay {
  public:
    /// How far from it a label may come and still be its pulse's.
    static constexpr hal::Nanos tolerance{400'000'000};

    /// Anew, from labels that agreed.
    void learn(hal::Nanos delay) noexcept;

    /// A label that came so long after its pulse: moves it a little, and not more if that was much.
    void follow(hal::Nanos delay) noexcept;

    /// It may no longer be right.
    void doubt() noexcept { in_doubt_ = learned_; }

    [[nodiscard]] bool learned() const noexcept { return learned_; }
    [[nodiscard]] bool in_doubt() const noexcept { return in_doubt_; }

    /// The delay, in doubt or not; 0 until it was learned.
    [[nodiscard]] hal::Nanos get() const noexcept { return delay_; }

    /// The delay; nothing if it isn't learned, or in doubt.
    [[nodiscard]] std::optional<hal::Nanos> trusted() const noexcept;

    /// That label may be its pulse's: within `tolerance`.
    [[nodiscard]] bool tolerates(hal::Nanos delay) const noexcept;

    /// That label, or all of those, come as it was learned: within 0.05 s.
    [[nodiscard]] bool familiar(hal::Nanos delay) const noexcept;
    [[nodiscard]] bool familiar(const AgreeingLabels& labels) const noexcept;

    /// Of those labels one or more is earlier or later than was learned by more than 0.15 s.
    [[nodiscard]] bool any_unlike(const AgreeingLabels& labels) const noexcept;

    /// All of them are earlier than that, or all are later.
    [[nodiscard]] bool all_unlike(const AgreeingLabels& labels) const noexcept;

    /// Half of them are earlier than that.
    [[nodiscard]] bool earlier(const AgreeingLabels& labels) const noexcept;

  private:
    bool learned_ = false;
    bool in_doubt_ = false;
    hal::Nanos delay_{0};
};

} // namespace ppsd::discipline
