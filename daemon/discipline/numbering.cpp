#include "daemon/discipline/numbering.hpp"

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdlib>

namespace ppsd::discipline {

using namespace hal;
using std::chrono::seconds;

namespace {

// "Some tenths": four deviations of the most jittery receiver, and a slow line's first chunk.
constexpr Nanos near_line = 300ms;
constexpr Nanos smallest_tail = 10ms;
constexpr Nanos pulse_scatter = 2ms;
constexpr Nanos half_second = 500ms;
constexpr Nanos told_tolerance = 100ms;
constexpr Nanos smallest_jump = 100ms; // that is none of a wandering delay
constexpr int undecided = INT_MAX;     // labels: none can be believed
constexpr int most_labels = Numbering::lasting + 1;
constexpr int a_minute = Numbering::lasting / 2;
constexpr int following = 16; // labels
constexpr int scatter_memory = 64;
constexpr int extreme_memory = 65536; // labels: most of a day
constexpr int many_labels = 32;

} // namespace

void Numbering::Line::add(Nanos label) noexcept {
    const Nanos from = place == 0ns ? label : place;
    if (labels == 0) place = label;
    labels = std::min(labels + 1, most_labels);
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
    return place != 0ns && std::chrono::abs(label - place) <= near_line;
}

std::int64_t Numbering::k_of(Nanos place) const noexcept {
    return std::chrono::floor<seconds>(place - settings_.earliest).count();
}

// To be decided it takes all the room in which labels have ever come; then it is kept until the
// line itself comes near to a pulse.
bool Numbering::has_room(const Line& line, bool decided, Nanos drift) const noexcept {
    const Nanos after_pulse = line.place - settings_.earliest - seconds{k_of(line.place)};
    // Where the user's word alone makes it another pulse than the last one before the label.
    const bool last_pulse = std::chrono::floor<seconds>(line.place).count() == k_of(line.place);
    if (!last_pulse && std::chrono::abs(after_pulse - half_second) > told_tolerance) return false;
    const Nanos kept = std::max(smallest_tail, 2 * line.scatter);
    const Nanos before = decided ? kept : line.reach(line.before);
    const Nanos after = decided ? kept : line.reach(line.after);
    return before + drift <= after_pulse && after + drift <= 1s - after_pulse;
}

// Nothing so near to a pulse that it may be the next one's.
std::optional<std::int64_t> Numbering::clear_k(Nanos place, bool phased) const noexcept {
    const std::int64_t k = k_of(place - smallest_tail);
    return phased && k == k_of(place + smallest_tail) ? std::optional{k} : std::nullopt;
}

Verdict Numbering::add(Nanos place, const Moment& moment) noexcept {
    if (votes_ == 0) return search(place, moment);
    const bool same = room_left_ && clear_k(place, moment.phased) == k_;
    // Late labels are met, but none that comes before what it names.
    const bool early =
        moment.phased && k_ && place < settings_.earliest + seconds{*k_} + pulse_scatter;
    return (line_.near(place) && !early) || same ? agree(place, moment) : oppose(place, moment);
}

Verdict Numbering::search(Nanos place, const Moment& moment) noexcept {
    if (other_.place != 0ns && !other_.near(place)) {
        const auto k = clear_k(place, moment.phased);
        const bool same = k && k == clear_k(other_.place - other_.before, moment.phased) &&
                          k == clear_k(other_.place + other_.after, moment.phased);
        if (same && other_.labels > settings_.lock_count) { // late: the row is that much shorter
            other_.labels -= settings_.lock_count;
            return Verdict::locking;
        }
        // Another second, or one of both was late: in neither case they are in a row.
        if (!same) needed_ = lasting;
    }
    try_other(place, needed_);
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

// Names have moved, or it is the old line after all: how far around it labels come is as before.
void Numbering::believe_other() noexcept {
    const Nanos moved = other_.place - line_.place;
    const Nanos within = needed_ < lasting ? moved - std::chrono::round<seconds>(moved) : moved;
    if (line_.labels > 0 && std::chrono::abs(within) <= near_line) {
        other_.before = std::max(other_.before, line_.before + within);
        other_.after = std::max(other_.after, line_.after - within);
    }
    line_ = other_;
    other_ = {};
    votes_ = std::min(line_.labels, lasting);
    demanded_ = 0;
    k_.reset();
}

Verdict Numbering::agree(Nanos place, const Moment& moment) noexcept {
    votes_ = std::min(votes_ + 1, lasting);
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

Verdict Numbering::oppose(Nanos place, const Moment& moment) noexcept {
    // By the seconds where they are known: the line may come at another time of its second.
    const bool by_one = moment.phased && k_
                            ? std::abs(k_of(place) - *k_) == 1
                            : std::chrono::abs(place - line_.place) < 2s - near_line;
    const bool may_be_leap = by_one && moment.unlisted_end;
    demand(may_be_leap ? a_minute : demanded_ == 0 ? 1 : settings_.lock_count);
    const bool refused = by_one && moment.listed_leap; // however long it lasts, the list is right
    const auto k = clear_k(place, moment.phased);
    const bool late = refused && other_.labels > 0 && !other_.near(place) && k &&
                      k == clear_k(other_.place, moment.phased);
    if (!late) try_other(place, may_be_leap ? a_minute : lasting);
    if (refused) {
        if (votes_ < a_minute || other_.labels >= lasting) demand(undecided);
        return Verdict::mismatch;
    }
    // Where it may be a leap second, the votes don't run out before that is known.
    const bool kept = moment.listed_leap || (votes_ == 1 && needed_ < lasting);
    votes_ = kept ? votes_ : votes_ - 1;
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

void Numbering::shift(Nanos by) noexcept {
    for (Line* line : {&line_, &other_})
        if (line->place != 0ns) line->place += by;
}

void Numbering::lose_phase() noexcept {
    k_.reset();
    room_left_ = false;
}

void Numbering::leap(std::int64_t by) noexcept {
    shift(seconds{by});
    if (k_) *k_ += by;
}

void Numbering::forget(bool wary) noexcept {
    *this = Numbering{settings_};
    if (wary) needed_ = lasting;
}

} // namespace ppsd::discipline
