#include "daemon/service/burst_pacer.hpp"

namespace ppsd::app {

using namespace hal;

void BurstPacer::add(const ByteChunk& chunk, std::optional<MonoTime> last_label) noexcept {
    bool may_wait = unread_until_.has_value();
    if (!may_wait && chunk.arrival - last_byte_ >= silence) {
        const Nanos off = chunk.arrival - begun_ - 1s;
        may_wait = last_label == begun_ && std::chrono::abs(off) <= silence && bytes_ <= most_bytes;
        begun_ = chunk.arrival;
        bytes_ = 0;
    }
    last_byte_ = chunk.arrival;
    bytes_ += chunk.bytes.size();
    unread_until_ = may_wait ? next_look(chunk.arrival) : std::nullopt;
}

void BurstPacer::looked(MonoTime now) noexcept {
    if (!unread_until_ || now < *unread_until_) return;
    // At another wake-up, or late: what it was stamped with makes no silence yet.
    const bool read_just_before = now - read_ < look / 2;
    unread_until_ = read_just_before ? next_look(now) : std::nullopt;
}

std::optional<MonoTime> BurstPacer::next_look(MonoTime now) const noexcept {
    const Nanos next = ((now - begun_) / look + 1) * look;
    return next <= longest ? std::optional{begun_ + next} : std::nullopt;
}

} // namespace ppsd::app
