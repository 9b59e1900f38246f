#include "sim/serial_line.hpp"

#include <algorithm>

namespace hal::sim {

void SerialLine::queue(TrueTime wanted, Nanos byte_time) noexcept {
    byte_time_ = byte_time;
    Burst& burst = at(count_++);
    burst.start = std::max(wanted, free_);
    free_ = burst.start + static_cast<std::int64_t>(burst.size) * byte_time_;
}

std::size_t SerialLine::next_size(std::size_t chunk) const noexcept {
    return std::min(chunk, bursts_[first_].size - sent_);
}

TrueTime SerialLine::next_chunk(std::size_t chunk) const noexcept {
    return bursts_[first_].start + static_cast<std::int64_t>(sent_ + next_size(chunk)) * byte_time_;
}

std::string_view SerialLine::take_chunk(std::size_t chunk) noexcept {
    const Burst& burst = bursts_[first_];
    const std::string_view bytes{burst.text.data() + sent_, next_size(chunk)};
    sent_ += bytes.size();
    if (sent_ == burst.size) {
        sent_ = 0;
        first_ = (first_ + 1) % most;
        --count_;
    }
    return bytes;
}

} // namespace hal::sim
