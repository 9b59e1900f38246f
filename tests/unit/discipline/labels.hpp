// Labels for a Numbering, for its tests.
#pragma once

#include "daemon/discipline/numbering.hpp"
#include "tests/unit/discipline/instants.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace ppsd::discipline {

inline constexpr int replace_count = Numbering::replace_count;
inline constexpr int minute = 60; // labels: a line has no more votes
inline constexpr int month_end =
    replace_count / 2; // labels that tell what a month's end was that no list knows
inline constexpr Nanos near_usual = 300ms;
inline constexpr Nanos usual_delay = 200ms;
inline constexpr Nanos a_little = 1ms;

inline constexpr Numbering::Moment usual{true, 0ns, false, false};
inline constexpr Numbering::Moment no_phase{false, 0ns, false, false};
inline constexpr Numbering::Moment near_a_leap{true, 0ns, true, false};
inline constexpr Numbering::Moment unlisted_end{true, 0ns, false, true};

/// Labels, by how many seconds their names are behind the first ones', and how late they come.
class Labels : public Numbering {
  public:
    explicit Labels(int lock_count = 5, Nanos earliest = 0ns)
        : Numbering{Settings{lock_count, earliest}} {}

    Verdict label(std::int64_t behind = 0, Nanos delay = usual_delay,
                  const Moment& moment = usual) {
        return add(whole_seconds(k_at_first + behind) + delay, moment);
    }
    Verdict run(int count, std::int64_t behind = 0, Nanos delay = usual_delay,
                const Moment& moment = usual) {
        Verdict verdict{};
        for (int n = 0; n < count; ++n)
            verdict = label(behind, delay, moment);
        return verdict;
    }

    /// What is believed, beside what was so at first.
    [[nodiscard]] std::optional<std::int64_t> behind() const {
        const auto found = k();
        return found ? std::optional{*found - k_at_first} : std::nullopt;
    }

    static constexpr std::int64_t k_at_first = -1'750'000'000;
};

/// Locked, by so many labels.
inline Labels locked(int labels = minute, int lock_count = 5) {
    Labels numbering{lock_count};
    REQUIRE(numbering.run(labels) == Verdict::used);
    return numbering;
}

} // namespace ppsd::discipline
