#include "daemon/pipeline/edge_rate.hpp"

#include <algorithm>

namespace ppsd::app {

using namespace hal;

namespace {

constexpr std::uint64_t fewest_edges = 3;

constexpr std::int64_t second_of(MonoTime t) {
    constexpr std::int64_t second_ns = 1'000'000'000;
    return t.ns() / second_ns;
}

} // namespace

void EdgeRate::Count::add(const Count& other) noexcept {
    edges += other.edges;
    distances += other.distances;
    sum += other.sum;
    shortest = std::min(shortest, other.shortest);
    longest = std::max(longest, other.longest);
}

void EdgeRate::Line::add(MonoTime edge) noexcept {
    if (last && edge <= *last) return;
    const std::int64_t second = second_of(edge);
    Count& count = counts[static_cast<std::size_t>(second) % counts.size()];
    if (count.second != second) count = Count{second};
    ++count.edges;
    if (const Nanos apart = last ? edge - *last : Nanos::max();
        apart < std::chrono::seconds{seconds})
        count.add({second, 0, 1, apart, apart, apart});
    last = edge;
}

EdgeRate::Count EdgeRate::Line::read(MonoTime now) const noexcept {
    Count all;
    for (const Count& count : counts)
        if (count.second > second_of(now) - seconds) all.add(count);
    return all;
}

void EdgeRate::add(MonoTime edge, Polarity polarity) noexcept {
    (polarity == Polarity::rising ? rising_ : falling_).add(edge);
}

EdgeRate::Reading EdgeRate::read(MonoTime now) const noexcept {
    const Count rising = rising_.read(now);
    const Count falling = falling_.read(now);
    const bool by_falling = falling.edges > rising.edges;
    const Count& more = by_falling ? falling : rising;
    const auto& last = (by_falling ? falling_ : rising_).last;
    Reading reading{more.edges, more.edges > 0 ? now - *last : 0ns, std::nullopt};
    const bool regular = more.edges >= fewest_edges && more.distances > 0 &&
                         more.longest - more.shortest <= more.shortest / 10;
    if (regular) reading.interval = more.sum / static_cast<std::int64_t>(more.distances);
    return reading;
}

} // namespace ppsd::app
