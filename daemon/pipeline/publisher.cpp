#include "daemon/pipeline/publisher.hpp"

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

std::optional<Publisher::Reading> Publisher::due(MonoTime now) const noexcept {
    const auto at = deadline();
    return at && *at <= now ? waiting_ : std::nullopt;
}

std::optional<Publisher::Outcome> Publisher::tick(MonoTime now, const ClockOffset& known) noexcept {
    const auto next = due(now);
    if (!next || clock_.offset() != known) return std::nullopt;
    const Reading reading = *next;
    waiting_.reset();
    if (now - reading.time > max_age_) return Outcome{Verdict::too_late, reading, {}};
    if (last_ && reading.time <= *last_) return Outcome{Verdict::out_of_order, reading, {}};
    last_ = reading.time;
    return publish(reading, known);
}

Publisher::Outcome Publisher::publish(const Reading& reading, const ClockOffset& known) noexcept {
    const Sample sample{reading.second, known.to_real(reading.time), static_cast<int>(reading.leap),
                        reading.precision};
    if (!output_.publish(sample)) return {Verdict::not_taken, reading, sample};
    if (clock_.offset() == known) {
        last_sample_ = sample;
        return {Verdict::used, reading, sample};
    }
    output_.invalidate();
    return {Verdict::clock_stepped, reading, sample};
}

} // namespace ppsd::app
