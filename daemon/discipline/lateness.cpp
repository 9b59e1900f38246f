#include "daemon/discipline/lateness.hpp"

#include <algorithm>

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

constexpr Nanos magnitude(Nanos d) {
    return d < 0ns ? -d : d;
}

} // namespace

Nanos Lateness::limit() const noexcept {
    return far_more * scatter_ + at_least;
}

Lateness::Finding Lateness::judge(std::int64_t seconds, Nanos error) noexcept {
    if (learned_ < pulses_to_learn || error <= limit() || seconds >= seconds_to_starve) {
        learn(error);
        late_rate_ = 0ns;
        return Finding::in_time;
    }
    const Nanos rate = error / seconds;
    const bool as_before = late_rate_ > 0ns && magnitude(rate - late_rate_) <= limit() / 2;
    late_rate_ = as_before ? 0ns : rate;
    return as_before ? Finding::new_rate : Finding::late;
}

void Lateness::learn(Nanos error) noexcept {
    const Nanos lesson = std::min(magnitude(error), largest_lesson * scatter_ + at_least);
    learned_ = std::min(learned_ + 1, pulses_to_learn);
    scatter_ += (lesson - scatter_) / smoothing;
}

} // namespace ppsd::discipline
