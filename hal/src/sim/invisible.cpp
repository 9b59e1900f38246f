#include "sim/invisible.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hal::sim {
namespace {

// The daemon believes a changed numbering at its 60th label (daemon/discipline/labeller.hpp).
constexpr std::int64_t believed_after = 59;

constexpr std::int64_t samples_pending = 5; // seconds

} // namespace

std::int64_t InvisibleError::seconds_late(Nanos delay, const Parameters& parameters) noexcept {
    constexpr double bits = 10; // of a byte
    const double first_chunk = parameters[Key::nmea_chunk] * bits / parameters[Key::nmea_baud];
    const double seen = static_cast<double>(delay.count()) * 1e-9 + first_chunk;
    const double known = parameters[Key::ppsd_nmea_delay];
    return std::llround(std::floor(known == not_set ? seen : seen - known + 0.5));
}

void InvisibleError::note(const Label& label, const Parameters& parameters) noexcept {
    if (label.label.leap_second) return;
    const auto& [index, truth, named, late, meant, later, counted, slipped, unspoilt, may_be_lost,
                 pulse_disturbed] = label;
    const std::int64_t error = -seconds_between(named, counted.posix);
    const std::int64_t numbering = counted.posix.posix() - late - index;
    const bool first = first_ < 0;
    if (first) first_ = index;
    const bool list = parameters.word<LeapList>(Key::ppsd_leap_list) == LeapList::current;
    // Where the list knows a leap second, counting on over it shows; where labels are off, it is at
    // their own month's end, and then they are no longer the numbering that was believed.
    const bool knows = list && lasting_ == 0;
    const bool leapt = numbering == numbering_ && error != error_;
    const bool leaps_otherwise = leapt && list && lasting_ != 0 && sees_leap(error_, since_);
    const bool shows = (knows && error != error_) || leaps_otherwise;
    const bool anew = first || numbering != numbering_ || shows;
    if (anew) since_ = index;
    if (leaps_otherwise && numbering == believed_) believed_ += error - error_;
    const bool countable = unspoilt && !pulse_disturbed;
    heard_ = countable ? (anew ? 1 : heard_ + 1) : 0;
    const std::int64_t lasting = lasting_;
    const std::int64_t said = -seconds_between(named, counted.posix + slipped);
    // Over a leap second; so do slips that make it seem so.
    const bool may_count_on = !(knows && error != 0);
    if (may_count_on && numbering == believed_)
        lasting_ = error;
    else if (may_count_on && numbering + slipped == believed_)
        lasting_ = said;
    else if (may_count_on && counted.posix.posix() - later - index == believed_)
        lasting_ = -seconds_between(meant, counted.posix);
    if (!first && numbering + slipped == last_numbering_) count_on(index, said - all_.said, list);
    last_index_ = index;
    numbering_ = numbering;
    last_numbering_ = numbering + slipped;
    error_ = error;
    const std::int64_t to_locked = -seconds_between(meant, counted.posix + slipped);
    last_[noted_++ % kept] = {index, said, to_locked, unspoilt};
    all_.add(index, said);
    const bool left_out = may_be_lost && said != surely_heard_.said;
    if (!left_out) surely_heard_.add(index, said);
    if (left_out || !may_be_lost) perhaps_heard_.add(index, said);
    note_start(index, parameters);
    const auto lock_count = static_cast<std::int64_t>(parameters[Key::ppsd_lock_count]);
    const bool nothing_believed = since_ == first_ || believed_ == INT64_MIN;
    const auto believed = nothing_believed ? lock_count - 1 : believed_after;
    if (index - since_ >= believed) {
        lasting_ = error;
        believed_ = numbering;
    }
    if (lasting_ != lasting) {
        before_ = unlearned_ = lasting;
        changed_ = index;
    } else if (index - changed_ > samples_pending) {
        before_ = lasting_;
    }
    if (heard_ > believed) unlearned_ = lasting_;
}

bool InvisibleError::contradicted(std::int64_t error, std::int64_t now) const noexcept {
    std::int64_t first = INT64_MAX; // to say otherwise
    for (std::size_t i = 1; i <= std::min(kept, noted_); ++i) {
        const Said& said = last_[(noted_ - i) % kept];
        if (said.error == error || said.to_locked == error) break;
        if (said.unspoilt) first = said.index;
    }
    return first < now - samples_pending;
}

void InvisibleError::Row::add(std::int64_t index, std::int64_t error) noexcept {
    if (error != said || length == 0) began = index;
    length = error == said ? length + 1 : 1;
    said = error;
}

// Where the list knows a leap second, counting on over it shows; but to a daemon on labels that are
// off it is at their month's end: yet to come, or before they began.
bool InvisibleError::sees_leap(std::int64_t error, std::int64_t began) const noexcept {
    return error == 0 || (error < 0 && std::max(began, time_lost_) < last_index_ + error);
}

// Over a leap second that `moves` the error.
void InvisibleError::count_on(std::int64_t index, std::int64_t moves, bool list) noexcept {
    if (moves == 0) return;
    const std::int64_t before = at_start_;
    for (Row* row : {&all_, &surely_heard_, &perhaps_heard_}) {
        if (list && sees_leap(row->said, row->began)) continue;
        if (row->said == before && at_start_ == before) {
            at_start_before_ = std::exchange(at_start_, at_start_ + moves);
            at_start_changed_ = index;
        }
        row->said += moves;
    }
}

void InvisibleError::note_start(std::int64_t index, const Parameters& parameters) noexcept {
    const auto holdover = static_cast<std::int64_t>(parameters[Key::ppsd_holdover]);
    const auto lock_count = static_cast<int>(parameters[Key::ppsd_lock_count]);
    if (index - at_start_changed_ > holdover + samples_pending) at_start_before_ = at_start_;
    for (const Row& row : {perhaps_heard_, surely_heard_, all_}) {
        if (row.length < lock_count || at_start_ == row.said) continue;
        at_start_before_ = std::exchange(at_start_, row.said);
        at_start_changed_ = index;
    }
}

} // namespace hal::sim
