#include "stamp_clock.hpp"

namespace hal {

void StampConverter::begin_batch(bool emptied) noexcept {
    now_ = clock_.now();
    offset_ = clock_.offset();
    batch_ = settled_;
    if (emptied) settled_ = offset_.generation;
}

PulseEdge StampConverter::convert(std::int64_t stamp_ns, Polarity polarity) const noexcept {
    if (clock_of(stamp_ns, now_, offset_.to_real(now_)) == StampClock::monotonic)
        return {MonoTime::from_ns(stamp_ns), polarity, std::nullopt};
    return convert_real(RealTime::from_ns(stamp_ns), polarity);
}

PulseEdge StampConverter::convert_real(RealTime stamp, Polarity polarity) const noexcept {
    return {offset_.to_mono(stamp), polarity, batch_};
}

} // namespace hal
