#include "daemon/discipline/numbering.hpp"

#include <climits>
#include <cstdlib>

namespace ppsd::discipline {

using namespace hal;
using std::chrono::seconds;

namespace {

constexpr Nanos smallest_tail = 10ms;   // a UART's FIFO and a scheduler, whatever the receiver does
constexpr Nanos pulse_scatter = 2ms;    // as Edges expects a pulse, early
constexpr Nanos told_tolerance = 100ms; // a user's nmea-delay, read off a few lines
constexpr Nanos smallest_jump = 100ms;  // that is none of a wandering delay
constexpr int until_leap_over = INT_MAX; // labels: no number of them restores it
constexpr int most_labels = Numbering::replace_count + 1;
constexpr int half_count = Numbering::replace_count / 2;
constexpr int following = 16;         // labels: delays wander within minutes, not within seconds
constexpr int scatter_memory = 64;    // labels
constexpr int extreme_memory = 65536; // labels: 18 hours: what wandered returns within a day
constexpr int many_labels = 32;       // show where a scatter ends

} // namespace

void Numbering::Cluster::add(Nanos label) noexcept {
    const Nanos from = offset == 0ns ? label : offset;
    if (labels == 0) offset = label;
    labels = std::min(labels + 1, most_labels);
    const Nanos lesson = std::min(std::chrono::abs(label - offset), 4 * scatter + smallest_tail);
    scatter += (lesson - scatter) / std::min(labels, scatter_memory);
    offset += (label - offset) / std::min(labels, following);
    before = std::max(offset - label, before + (offset - from) - before / extreme_memory);
    after = std::max(label - offset, after - (offset - from) - after / extreme_memory);
}

// Six times the mean distance of a normal scatter is 4.8 deviations; of a few labels it is less.
Nanos Numbering::Cluster::tail() const noexcept {
    const int known = std::clamp(labels, 1, scatter_memory);
    return std::max(smallest_tail, 6 * scatter + 24 * scatter / known);
}

// Many labels show where a scatter ends that isn't normal (sentences in any order), and a cluster
// that wanders has been elsewhere.
Nanos Numbering::Cluster::reach(Nanos extreme) const noexcept {
    const Nanos shown = extreme + std::max(smallest_tail, 2 * scatter);
    return labels >= many_labels ? shown : std::max(shown, tail());
}

bool Numbering::Cluster::near(Nanos label) const noexcept {
    return offset != 0ns && std::chrono::abs(label - offset) <= near_usual;
}

std::int64_t Numbering::k_of(Nanos offset) const noexcept {
    return std::chrono::floor<seconds>(offset - settings_.earliest).count();
}

// To be decided it takes all the room in which labels have ever come; then it is kept until the
// cluster itself comes near to a pulse.
bool Numbering::has_room(const Cluster& cluster, bool decided, Nanos unsure) const noexcept {
    const Nanos after_pulse = cluster.offset - settings_.earliest - seconds{k_of(cluster.offset)};
    // Where the user's word alone makes it another pulse than the last one before the label.
    const bool last_pulse =
        std::chrono::floor<seconds>(cluster.offset).count() == k_of(cluster.offset);
    if (!last_pulse && std::chrono::abs(after_pulse - 500ms) > told_tolerance) return false;
    const Nanos kept = std::max(smallest_tail, 2 * cluster.scatter);
    const Nanos before = decided ? kept : cluster.reach(cluster.before);
    const Nanos after = decided ? kept : cluster.reach(cluster.after);
    return before + unsure <= after_pulse && after + unsure <= 1s - after_pulse;
}

// Nothing so near to a pulse that it may be the next one's.
std::optional<std::int64_t> Numbering::clear_k(Nanos label, bool phased) const noexcept {
    const std::int64_t k = k_of(label - smallest_tail);
    return phased && k == k_of(label + smallest_tail) ? std::optional{k} : std::nullopt;
}

Verdict Numbering::add(Nanos offset, const Moment& moment) noexcept {
    if (votes_ == 0) return search(offset, moment);
    const auto k = clear_k(offset, moment.phased);
    const bool agrees = k_clear_ && k ? k == k_ || as_usual(offset) : usual_.near(offset);
    // Labels may come late, but never sooner after their pulse than `earliest`.
    const bool early =
        moment.phased && k_ && offset < settings_.earliest + seconds{*k_} + pulse_scatter;
    return agrees && !early ? agree(offset, moment) : oppose(offset, moment);
}

Verdict Numbering::search(Nanos offset, const Moment& moment) noexcept {
    if (offset < usual_within_.first || offset - near_usual > usual_within_.second)
        to_believe_ = replace_count;
    if (challenger_.offset != 0ns && !challenger_.near(offset)) {
        const auto k = clear_k(offset, moment.phased);
        const bool same = k &&
                          k == clear_k(challenger_.offset - challenger_.before, moment.phased) &&
                          k == clear_k(challenger_.offset + challenger_.after, moment.phased);
        if (same && challenger_.labels > settings_.lock_count) { // late, and still in the row
            challenger_.labels -= settings_.lock_count;
            return Verdict::locking;
        }
        // Another second, or one of both was late: in neither case they are in a row.
        if (!same) to_believe_ = replace_count;
    }
    challenge(offset, to_believe_);
    if (challenger_.labels < to_believe_) return Verdict::locking;
    believe_challenger();
    return judge(moment);
}

void Numbering::challenge(Nanos offset, int needed) noexcept {
    if (!challenger_.near(offset)) {
        challenger_ = {};
        to_believe_ = needed;
    }
    challenger_.add(offset);
}

// Whichever second they name now: if they come at about the same time of it, how far around that
// they come is as before.
void Numbering::believe_challenger() noexcept {
    const Nanos moved = challenger_.offset - usual_.offset;
    const Nanos within = moved - std::chrono::round<seconds>(moved);
    if (usual_.labels > 0 && std::chrono::abs(within) <= near_usual) {
        challenger_.before = std::max(challenger_.before, usual_.before + within);
        challenger_.after = std::max(challenger_.after, usual_.after - within);
    }
    usual_ = challenger_;
    challenger_ = {};
    votes_ = std::min(usual_.labels, replace_count);
    to_restore_ = 0;
    k_.reset();
}

Verdict Numbering::agree(Nanos offset, const Moment& moment) noexcept {
    votes_ = std::min(votes_ + 1, replace_count);
    if (as_usual(offset)) {
        if (to_restore_ == until_leap_over && !moment.listed_leap) to_restore_ = replace_count;
        if (to_restore_ != until_leap_over && ++agreed_ >= to_restore_) to_restore_ = agreed_ = 0;
        challenger_ = {};
        usual_.add(offset);
        return judge(moment);
    }
    challenge(offset, replace_count);
    const bool same = k_ == k_of(challenger_.offset) && has_room(challenger_, false, moment.unsure);
    if (challenger_.labels >= settings_.lock_count && same) {
        usual_ = challenger_;
        challenger_ = {};
    }
    return judge(moment);
}

// Where K is known, labels that come at quite another time of its second are another cluster.
bool Numbering::as_usual(Nanos offset) const noexcept {
    const Nanos tail = std::max(smallest_jump, usual_.tail());
    return usual_.near(offset) && (!k_clear_ || std::chrono::abs(offset - usual_.offset) <= tail);
}

Verdict Numbering::oppose(Nanos offset, const Moment& moment) noexcept {
    // By the seconds where they are known: the cluster may be at another time of its second.
    const bool by_one = moment.phased && k_
                            ? std::abs(k_of(offset) - *k_) == 1
                            : std::chrono::abs(offset - usual_.offset) < 2s - near_usual;
    const bool may_be_leap = by_one && moment.unlisted_end;
    demand(may_be_leap ? half_count : to_restore_ == 0 ? 1 : settings_.lock_count);
    const bool refused = by_one && moment.listed_leap; // however long it lasts, the list is right
    const auto k = clear_k(offset, moment.phased);
    const bool late = refused && challenger_.labels > 0 && !challenger_.near(offset) && k &&
                      k == clear_k(challenger_.offset, moment.phased);
    if (!late) challenge(offset, may_be_leap ? half_count : replace_count);
    if (refused) {
        if (votes_ < half_count || challenger_.labels >= replace_count) demand(until_leap_over);
        return Verdict::mismatch;
    }
    // Where it may be a leap second, the votes don't run out before that is known.
    const bool kept = moment.listed_leap || (votes_ == 1 && to_believe_ < replace_count);
    votes_ = kept ? votes_ : votes_ - 1;
    if (moment.listed_leap && challenger_.labels >= half_count) demand(replace_count);
    if (challenger_.labels >= to_believe_) {
        believe_challenger();
        return judge(moment);
    }
    if (votes_ == 0) {
        to_believe_ = replace_count;
        k_.reset();
    }
    return Verdict::mismatch;
}

Verdict Numbering::judge(const Moment& moment) noexcept {
    // It has wandered across a pulse: which of both it means, only one that doesn't can tell.
    if (k_ && k_of(usual_.offset) != *k_) k_.reset();
    k_clear_ = moment.phased && has_room(usual_, k_.has_value(), moment.unsure);
    if (k_clear_) k_ = k_of(usual_.offset);
    if (to_restore_ > 0) return Verdict::locking;
    if (!moment.phased) return Verdict::no_pulse;
    return k_clear_ ? Verdict::used : Verdict::straddling;
}

} // namespace ppsd::discipline
