#include "daemon/discipline/leading_edge.hpp"

#include <algorithm>
#include <utility>

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
    if (automatic_) measure(edge);
    if (same_polarity_ >= same_polarity_limit) return Verdict::one_polarity;
    if (leads_ == Leads::unknown) return Verdict::undecided;
    if (leads_ == Leads::either) return Verdict::square;
    return edge.rising == rising() ? Verdict::used : Verdict::trailing;
}

void LeadingEdge::measure(Edge edge) noexcept {
    const auto last = std::exchange(last_, edge);
    if (!last) return;
    if (last->rising == edge.rising) {
        same_polarity_ = std::min(same_polarity_ + 1, same_polarity_limit);
        high_.reset();
        low_.reset();
        if (same_polarity_ >= same_polarity_limit) leads_ = candidate_ = Leads::unknown;
        return;
    }
    same_polarity_ = 0;
    (last->rising ? high_ : low_) = edge.time - last->time;
    const Leads leads = shorter();
    if (leads == Leads::unknown) return;
    agreeing_ = leads == std::exchange(candidate_, leads) ? agreeing_ + 1 : 1;
    if (agreeing_ >= votes_needed) leads_ = leads;
}

LeadingEdge::Leads LeadingEdge::shorter() const noexcept {
    if (!high_ || !low_) return Leads::unknown;
    const Nanos second = *high_ + *low_;
    if (second < shortest_second || second > longest_second) return Leads::unknown;
    if (std::min(*high_, *low_) >= square_from) return Leads::either;
    return *high_ < *low_ ? Leads::rising : Leads::falling;
}

std::optional<Nanos> LeadingEdge::width() const noexcept {
    if (leads_ == Leads::unknown || leads_ == Leads::either) return std::nullopt;
    return rising() ? high_ : low_;
}

} // namespace ppsd::discipline
