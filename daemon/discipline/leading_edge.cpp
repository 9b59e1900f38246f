#include "daemon/discipline/leading_edge.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr Nanos square_from = 450ms; // and then the longer part is at most 0.55 s
// A high and a low part that are one second together: late interrupts, and 500 ppm.
constexpr Nanos shortest_second = 970ms;
constexpr Nanos longest_second = 1030ms;
constexpr int votes_needed = 3;
constexpr int same_polarity_limit = 3;

} // namespace

Verdict LeadingEdge::judge(Edge edge) noexcept {
    measure(edge);
    if (rule_ != EdgeRule::automatic)
        return edge.rising == (rule_ == EdgeRule::rising) ? Verdict::used : Verdict::trailing;
    if (same_polarity_ >= same_polarity_limit) return Verdict::one_polarity;
    if (decided_.verdict != Verdict::used) return decided_.verdict;
    return edge.rising == decided_.rising ? Verdict::used : Verdict::trailing;
}

void LeadingEdge::measure(Edge edge) noexcept {
    if (last_ && last_->rising == edge.rising) {
        same_polarity_ = std::min(same_polarity_ + 1, same_polarity_limit);
        high_.reset();
        low_.reset();
        if (same_polarity_ >= same_polarity_limit) decided_ = candidate_ = Vote{};
    } else if (last_) {
        same_polarity_ = 0;
        (last_->rising ? high_ : low_) = edge.time - last_->time;
        count(vote());
    }
    last_ = edge;
}

LeadingEdge::Vote LeadingEdge::vote() const noexcept {
    if (!high_ || !low_) return {};
    const Nanos second = *high_ + *low_;
    if (second < shortest_second || second > longest_second) return {};
    if (std::min(*high_, *low_) >= square_from) return {Verdict::square, true};
    return {Verdict::used, *high_ < *low_};
}

void LeadingEdge::count(Vote vote) noexcept {
    if (vote.verdict == Verdict::undecided) return;
    agreeing_ = vote == candidate_ ? agreeing_ + 1 : 1;
    candidate_ = vote;
    if (agreeing_ >= votes_needed) decided_ = candidate_;
}

std::optional<Nanos> LeadingEdge::width() const noexcept {
    if (rule_ != EdgeRule::automatic || decided_.verdict != Verdict::used) return std::nullopt;
    return decided_.rising ? high_ : low_;
}

} // namespace ppsd::discipline
