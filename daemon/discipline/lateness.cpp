#include "daemon/discipline/lateness.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

namespace {

// "Far more" than the scatter; and what an interrupt varies by on any board.
constexpr int far_more = 8;
constexpr Nanos at_least = 5us;
constexpr std::int64_t seconds_to_starve = 3;
constexpr int pulses_to_learn = 32;
constexpr int smoothing = 16;
constexpr int largest_lesson = 4; // times the scatter

} // namespace

Nanos Lateness::limit() const noexcept {
    return far_more * scatter_ + at_least;
}

Lateness::Finding Lateness::judge(std::int64_t seconds, Nanos error) noexcept {
    const bool early_before = std::exchange(early_, false);
    const bool known = learned_ >= pulses_to_learn;
    early_ = known && error < -limit() && !early_before;
    if (known && error > limit()) {
        if (slower_clock(seconds, error)) {
            late_ = {};
            return Finding::new_rate;
        }
        late_ = {Late{seconds, error}, late_[0]};
        if (seconds < seconds_to_starve) return Finding::late;
    }
    late_ = {};
    learn(error);
    return early_ ? Finding::early : Finding::in_time;
}

// The first second of another rate is only in part of it.
bool Lateness::slower_clock(std::int64_t seconds, Nanos error) const noexcept {
    const auto& [last, before] = late_;
    if (last.seconds == 0 || seconds <= last.seconds) return false;
    const Nanos rate = (error - last.error) / (seconds - last.seconds);
    if (std::chrono::abs(error / seconds - last.error / last.seconds) <= limit() / 2) return true;
    return before.seconds > 0 && before.seconds < last.seconds && rate > 2 * limit() &&
           std::chrono::abs(rate - (last.error - before.error) / (last.seconds - before.seconds)) <=
               limit();
}

void Lateness::learn(Nanos error) noexcept {
    const Nanos lesson = std::min(std::chrono::abs(error), largest_lesson * scatter_ + at_least);
    learned_ = std::min(learned_ + 1, pulses_to_learn);
    scatter_ += (lesson - scatter_) / smoothing;
}

} // namespace ppsd::discipline
