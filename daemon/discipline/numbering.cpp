#include "daemon/discipline/numbering.hpp"

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdlib>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr int most_votes = Numbering::lasting;
// "Some tenths": four deviations of the most jittery receiver, and a slow line's first chunk.
constexpr Nanos near_line = 300ms;
constexpr Nanos smallest_tail = 10ms;
constexpr Nanos pulse_scatter = 2ms;
constexpr Nanos half_second = 500ms;
constexpr Nanos told_tolerance = 100ms;
constexpr Nanos smallest_jump = 100ms; // that is none of a wandering delay
constexpr int undecided = INT_MAX;     // labels: none can be believed
constexpr int most_labels = Numbering::lasting + 1;
constexpr int following = 16; // labels
constexpr int scatter_memory = 64;
constexpr int extreme_memory = 65536; // labels: most of a day
constexpr int many_labels = 32;

constexpr std::int64_t floored(Nanos d) {
    const std::int64_t rest = ((d.count() % second_ns) + second_ns) % second_ns;
    return (d.count() - rest) / second_ns;
}

/// One second off, to a few tenths.
bool off_by_one(Nanos d) {
    return std::chrono::abs(std::chrono::abs(d) - 1s) <= near_line;
}

} // namespace

void Numbering::Line::add(Nanos label) noexcept {
    if (labels == 0) place = label;
    labels = std::min(labels + 1, most_labels);
    const Nanos from = place;
    const Nanos lesson = std::min(std::chrono::abs(label - place), 4 * scatter + smallest_tail);
    scatter += (lesson - scatter) / std::min(labels, scatter_memory);
    place += (label - place) / std::min(labels, following);
    before = std::max(place - label, before + (place - from) - before / extreme_memory);
    after = std::max(label - place, after - (place - from) - after / extreme_memory);
}

// The mean distance of a normal scatter, times six, is 4.8 deviations; of a few labels it is less
// than that.
Nanos Numbering::Line::tail() const noexcept {
    const int known = std::clamp(labels, 1, scatter_memory);
    return std::max(smallest_tail, 6 * scatter + 24 * scatter / known);
}

// Many labels show where a scatter ends that isn't normal (sentences in any order), and a line that
// wanders has been elsewhere.
Nanos Numbering::Line::reach(Nanos extreme) const noexcept {
    const Nanos shown = extreme + std::max(smallest_tail, 2 * scatter);
    return labels >= many_labels ? shown : std::max(shown, tail());
}

bool Numbering::Line::near(Nanos label) const noexcept {
    return labels > 0 && std::chrono::abs(label - place) <= near_line;
}

std::int64_t Numbering::k_of(Nanos place) const noexcept {
    return floored(place - settings_.earliest);
}

// To be decided it takes all the room in which labels have ever come; then it is kept until the
// line itself comes near to a pulse.
bool Numbering::has_room(const Line& line, bool decided, Nanos drift) const noexcept {
    const Nanos after_pulse =
        line.place - settings_.earliest - std::chrono::seconds{k_of(line.place)};
    if (!as_told(line.place, after_pulse)) return false;
    const Nanos kept = std::max(smallest_tail, 2 * line.scatter);
    const Nanos before = decided ? kept : line.reach(line.before);
    const Nanos after = decided ? kept : line.reach(line.after);
    return before + drift <= after_pulse && after + drift <= 1s - after_pulse;
}

// Where the user's word alone makes it another pulse than the last one before the label.
bool Numbering::as_told(Nanos place, Nanos after_earliest) const noexcept {
    const bool last_pulse = floored(place) == k_of(place);
    return last_pulse || std::chrono::abs(after_earliest - half_second) <= told_tolerance;
}

bool Numbering::clear_of_pulses(Nanos place) const noexcept {
    return k_of(place - smallest_tail) == k_of(place + smallest_tail);
}

// Late labels are met, but none that comes before what it names.
bool Numbering::before_pulse(Nanos place) const noexcept {
    return k_ && place < settings_.earliest + std::chrono::seconds{*k_} + pulse_scatter;
}

bool Numbering::same_second(Nanos a, Nanos b, bool phased) const noexcept {
    return phased && clear_of_pulses(a) && clear_of_pulses(b) && k_of(a) == k_of(b);
}

Verdict Numbering::add(Nanos place, const Moment& moment) noexcept {
    if (votes_ == 0) return search(place, moment);
    const bool same = moment.phased && room_left_ && clear_of_pulses(place) && k_of(place) == *k_;
    const bool near = line_.near(place) && !(moment.phased && before_pulse(place));
    return near || same ? agree(place, moment) : oppose(place, moment);
}

Verdict Numbering::search(Nanos place, const Moment& moment) noexcept {
    if (other_.labels > 0 && !other_.near(place)) {
        const bool same = same_second(place, other_.place, moment.phased);
        if (same) { // late, or the one before was: they are no longer in a row
            other_ = {};
            return Verdict::locking;
        }
        if (moment.listed_leap && off_by_one(place - other_.place)) {
            // Its place stays, but they are no longer in a row, and the first doesn't count.
            needed_ = (needed_ > lasting / 2 + 1 ? lasting : lasting / 2) + 1;
            other_.labels = 1;
            return Verdict::mismatch;
        }
        needed_ = lasting;
        other_ = {};
        other_.add(place);
        return Verdict::locking;
    }
    other_.add(place);
    if (other_.labels < needed_) return Verdict::locking;
    believe_other();
    return judge(moment);
}

void Numbering::try_other(Nanos place, int needed) noexcept {
    if (!other_.near(place)) {
        other_ = {};
        needed_ = needed;
    }
    other_.add(place);
}

void Numbering::demand(int labels) noexcept {
    demanded_ = std::max(demanded_, labels);
    agreed_ = 0;
}

void Numbering::believe_other() noexcept {
    line_ = other_;
    other_ = {};
    votes_ = std::min(line_.labels, most_votes);
    demanded_ = 0;
    k_.reset();
}

Verdict Numbering::agree(Nanos place, const Moment& moment) noexcept {
    votes_ = std::min(votes_ + 1, most_votes);
    if (as_usual(place)) {
        if (demanded_ == undecided && !moment.listed_leap) demanded_ = lasting;
        if (demanded_ != undecided && ++agreed_ >= demanded_) demanded_ = agreed_ = 0;
        other_ = {};
        line_.add(place);
        return judge(moment);
    }
    try_other(place, lasting);
    const bool same_k = k_ && k_of(other_.place) == *k_ && has_room(other_, false, moment.drift);
    if (other_.labels >= settings_.lock_count && same_k) {
        line_ = other_;
        other_ = {};
    }
    return judge(moment);
}

// Where K is known, labels that come at quite another time of its second are another line with it.
bool Numbering::as_usual(Nanos place) const noexcept {
    const Nanos tail = std::max(smallest_jump, line_.tail());
    return line_.near(place) && (!room_left_ || std::chrono::abs(place - line_.place) <= tail);
}

// By the seconds where they are known: the line may come at another time of its second.
bool Numbering::one_off(Nanos place, bool phased) const noexcept {
    if (!phased || !k_) return std::chrono::abs(place - line_.place) < 2s - near_line;
    return std::abs(k_of(place) - *k_) == 1;
}

Verdict Numbering::oppose(Nanos place, const Moment& moment) noexcept {
    const bool by_one = one_off(place, moment.phased);
    const bool may_be_leap = by_one && moment.unlisted_end;
    demand(may_be_leap ? lasting / 2 : demanded_ == 0 ? 1 : settings_.lock_count);
    try_other(place, may_be_leap ? lasting / 2 : lasting);
    if (by_one && moment.listed_leap) { // however long it lasts, the list is right
        if (other_.labels >= lasting) demand(undecided);
        return Verdict::mismatch;
    }
    const bool leap_tried = needed_ < lasting; // then the votes of a short belief don't run out
    if (votes_ > 1 || !leap_tried) --votes_;
    if (other_.labels >= needed_) {
        believe_other();
        return judge(moment);
    }
    if (votes_ == 0) {
        needed_ = lasting;
        k_.reset();
    }
    return Verdict::mismatch;
}

Verdict Numbering::judge(const Moment& moment) noexcept {
    // It has wandered across a pulse: which of both it means, only a line that doesn't can tell.
    if (k_ && k_of(line_.place) != *k_) k_.reset();
    room_left_ = moment.phased && has_room(line_, k_.has_value(), moment.drift);
    if (room_left_) k_ = k_of(line_.place);
    if (demanded_ > 0) return Verdict::locking;
    if (!moment.phased) return Verdict::no_pulse;
    return room_left_ ? Verdict::used : Verdict::straddling;
}

std::optional<std::int64_t> Numbering::k() const noexcept {
    return trusted() && room_left_ ? k_ : std::nullopt;
}

std::optional<Nanos> Numbering::delay() const noexcept {
    if (votes_ == 0 || !k_) return std::nullopt;
    return line_.place - std::chrono::seconds{*k_};
}

void Numbering::shift(Nanos by) noexcept {
    line_.place += by;
    other_.place += by;
}

void Numbering::lose_phase() noexcept {
    k_.reset();
    room_left_ = false;
}

void Numbering::leap(std::int64_t seconds) noexcept {
    shift(std::chrono::seconds{seconds});
    if (k_) *k_ += seconds;
}

void Numbering::forget(bool wary) noexcept {
    *this = Numbering{settings_};
    if (wary) needed_ = lasting;
}

} // namespace ppsd::discipline
