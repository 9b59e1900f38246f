#include "daemon/service/burst_pacer.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;

// Three quarters of what the burst before would have brought by now. Fewer bytes than a UART's FIFO
// holds back prove nothing.
bool BurstPacer::came_evenly(const ByteChunk& chunk) noexcept {
    if (!unread_until_) return false;
    constexpr std::int64_t few = 64;
    const auto usual = static_cast<std::int64_t>(usual_bytes_);
    const auto left = usual - static_cast<std::int64_t>(bytes_);
    const auto by_now = (chunk.arrival - looked_) * usual / std::max(usual_length_, Nanos{1});
    const auto expected = std::min(by_now, left);
    const bool evenly =
        expected < few || static_cast<std::int64_t>(chunk.bytes.size()) * 4 >= expected * 3;
    if (!evenly) learned_ = 0;
    return evenly;
}

void BurstPacer::note(MonoTime arrival, std::size_t bytes) noexcept {
    if (!begun_ || arrival - last_byte_ >= silence) {
        end_burst();
        begun_before_ = std::exchange(begun_, arrival);
    }
    last_byte_ = arrival;
    bytes_ += bytes;
}

void BurstPacer::end_burst() noexcept {
    // Nothing came after the pause.
    const bool end_missed = paused_to_ && last_byte_ <= *paused_to_;
    // Whole, it was no shorter than others: we were late, on a busy machine. But not each time.
    missed_ = end_missed ? missed_ + 1 : 0;
    if (bytes_ > most_bytes || (end_missed && (bytes_ < usual_bytes_ || missed_ > most_missed)))
        learned_ = 0;
    else if (begun_ && !end_missed)
        lengths_[learned_++ % remembered] = last_byte_ - *begun_;
    if (begun_ && !end_missed) usual_length_ = last_byte_ - *begun_;
    usual_bytes_ = bytes_;
    bytes_ = 0;
    paused_to_.reset();
}

void BurstPacer::note_label(std::optional<MonoTime> arrival) noexcept {
    if (!arrival || arrival == last_label_) return;
    last_label_ = arrival;
    first_byte_times_ = arrival == begun_before_ || arrival == begun_;
}

std::optional<MonoTime> BurstPacer::nearly_over() const noexcept {
    if (!begun_ || learned_ < remembered) return std::nullopt;
    return *begun_ + *std::ranges::min_element(lengths_) - tail;
}

void BurstPacer::looked(MonoTime now, const Line& line) noexcept {
    looked_ = now;
    note_label(line.last_label);
    if (unread_until_ && now < *unread_until_ && line.locked) return;
    if (unread_until_) paused_to_ = now;
    unread_until_.reset();
    if (!line.locked || !first_byte_times_) return;
    const auto until = nearly_over();
    if (until && !paused_to_ && *until - now >= shortest_pause) unread_until_ = until;
}

} // namespace ppsd::app
