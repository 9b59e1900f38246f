#include "daemon/setup/pulse_figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ppsd::app {

using hal::MonoTime;
using hal::Polarity;

namespace {

constexpr std::size_t most_edges = 4096;
constexpr double alike = 1.1; // the longest to the shortest, of what repeats
constexpr double ns = 1e-9;

Polarity other(Polarity p) {
    return p == Polarity::rising ? Polarity::falling : Polarity::rising;
}

double seconds(hal::Nanos d) {
    return static_cast<double>(d.count()) * ns;
}

std::vector<double> distances(const std::vector<MonoTime>& times) {
    std::vector<double> all;
    for (std::size_t i = 1; i < times.size(); ++i)
        all.push_back(seconds(times[i] - times[i - 1]));
    return all;
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
    const double middle = mean(values);
    double sum = 0;
    for (const double value : values)
        sum += (value - middle) * (value - middle);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

bool are_alike(const std::vector<double>& values) {
    const auto [least, most] = std::ranges::minmax_element(values);
    return least != values.end() && *most <= alike * *least;
}

} // namespace

void PulseFigures::add(MonoTime edge, Polarity polarity) {
    ++count_;
    if (edges_.size() < most_edges) edges_.push_back({edge, polarity});
}

std::vector<MonoTime> PulseFigures::of(Polarity polarity) const {
    std::vector<MonoTime> times;
    for (const Edge& edge : edges_)
        if (edge.polarity == polarity) times.push_back(edge.time);
    return times;
}

// How long the line stayed after each edge of that polarity, until the other's.
std::vector<double> PulseFigures::parts(Polarity begin) const {
    std::vector<double> lengths;
    for (std::size_t i = 1; i < edges_.size(); ++i)
        if (edges_[i - 1].polarity == begin && edges_[i].polarity == other(begin))
            lengths.push_back(seconds(edges_[i].time - edges_[i - 1].time));
    return lengths;
}

// The edge that begins the shorter part, as each of them is; of halves, or where one polarity is
// missing, none.
std::optional<Polarity> PulseFigures::leading() const {
    constexpr double square = 0.45; // as LeadingEdge has it
    const auto high = parts(Polarity::rising);
    const auto low = parts(Polarity::falling);
    const auto are_shorter = [](const auto& shorts, const auto& longs) {
        const double longest = std::ranges::max(shorts);
        return longest < square * (longest + std::ranges::min(longs));
    };
    if (high.empty() || low.empty()) return std::nullopt;
    if (are_shorter(high, low)) return Polarity::rising;
    if (are_shorter(low, high)) return Polarity::falling;
    return std::nullopt;
}

std::optional<MonoTime> PulseFigures::leading_before(MonoTime t) const {
    const auto begin = leading();
    if (!begin) return std::nullopt;
    std::optional<MonoTime> last;
    for (const MonoTime edge : of(*begin))
        if (edge <= t) last = edge;
    return last;
}

PulseFacts PulseFigures::facts() const {
    PulseFacts facts;
    facts.edges = count_;
    const auto rising = of(Polarity::rising);
    const auto falling = of(Polarity::falling);
    const auto begin = leading();
    const Polarity counted =
        begin.value_or(rising.size() >= falling.size() ? Polarity::rising : Polarity::falling);
    const auto periods = distances(counted == Polarity::rising ? rising : falling);
    constexpr std::size_t enough = 2;
    if (!are_alike(periods) || (periods.size() < enough && !begin)) return facts;
    facts.period_s = mean(periods);
    if (periods.size() > 1) facts.scatter_s = deviation(periods);
    if (!begin) return facts;
    facts.polarity = counted == Polarity::rising ? "rising" : "falling";
    facts.width_s = mean(parts(counted));
    return facts;
}

} // namespace ppsd::app
