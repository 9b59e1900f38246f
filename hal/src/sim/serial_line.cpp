#include "sim/serial_line.hpp"

#include <algorithm>

namespace hal::sim {

void SerialLine::queue(TrueTime wanted, Nanos byte_time) noexcept {
    byte_time_ = byte_time;
    Burst& burst = at(count_++);
    burst.start = std::max(wanted, free_);
    burst.pause = std::max(Nanos{0}, burst.pause - (burst.start - wanted));
    free_ = burst.start + static_cast<std::int64_t>(burst.size) * byte_time_ +
            pause_before(burst, burst.size - 1);
}

std::size_t SerialLine::next_size(std::size_t chunk) const noexcept {
    const Burst& burst = bursts_[first_];
    const std::size_t end = sent_ < burst.pause_at ? burst.pause_at : burst.size;
    return std::min(chunk, std::min(end, burst.size) - sent_);
}

TrueTime SerialLine::next_chunk(std::size_t chunk) const noexcept {
    const Burst& burst = bursts_[first_];
    return burst.start + static_cast<std::int64_t>(sent_ + next_size(chunk)) * byte_time_ +
           pause_before(burst, sent_);
}

std::string_view SerialLine::take_chunk(std::size_t chunk) noexcept {
    const Burst& burst = bursts_[first_];
    const std::string_view bytes{burst.text.data() + sent_, next_size(chunk)};
    const bool names = burst.named_at >= sent_ && burst.named_at < sent_ + bytes.size();
    told_ = names ? &burst.told : nullptr;
    sent_ += bytes.size();
    if (sent_ == burst.size) {
        sent_ = 0;
        first_ = (first_ + 1) % most;
        --count_;
    }
    return bytes;
}

} // namespace hal::sim
