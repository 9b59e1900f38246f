#include "sim/pulse_line.hpp"

#include <algorithm>
#include <cmath>

namespace hal::sim {
namespace {

constexpr Nanos before_second = 250ms; // a second's edges begin that much before it
constexpr double floating_rate = 30;
// The kernel reads the level this long after the edge, if it was asked for both.
constexpr Nanos level_read = 30us;
constexpr Nanos between_interrupts = 1us;
// So late an edge isn't even in its place in the train.
constexpr Nanos off_beat = 1ms;

Polarity other(Polarity p) {
    return p == Polarity::rising ? Polarity::falling : Polarity::rising;
}

Polarity leading(const Parameters& parameters) {
    const auto word = parameters.word<LeadingPolarity>("pps.polarity");
    return word == LeadingPolarity::rising ? Polarity::rising : Polarity::falling;
}

Nanos nanoseconds(double ns) {
    return Nanos{static_cast<std::int64_t>(ns)};
}

} // namespace

PulseLine::PulseLine(EdgeChoice choice, Random random, Random latency)
    : choice_{choice}, random_{random}, latency_{latency} {
    edges_.reserve(1024);
}

PulseLine::Luck PulseLine::prepare(std::int64_t index, const Parameters& parameters, bool fix) {
    edges_.erase(edges_.begin(), edges_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
    latest_ = 0ns;
    latency_.advance(begin_of_index(index), parameters);

    const bool dead = parameters.is_on("line.floating") || parameters["line.hum"] > 0;
    const auto pulses = parameters.word<Pulses>("pps.pulses");
    const bool sent = pulses == Pulses::always || (pulses == Pulses::with_fix && fix);
    const TrueTime begin = receiver_pulse(index, parameters);
    const bool lost = random_.chance(parameters["line.missing"]);
    const double rate = parameters["pps.rate"];
    const int count = std::max(1, static_cast<int>(rate));
    const std::int64_t every = rate >= 1 ? 1 : std::llround(1 / rate); // seconds
    const bool due = index % every == 0;
    const bool comes = due && sent && !dead && !lost;
    for (int i = 0; i < count && comes; ++i)
        add_pulse(begin + i * Nanos{1s} / count, Nanos{parameters.ns("pps.width")}, parameters);
    const bool late = latest_ > tolerable_latency(parameters);
    const bool spoilt =
        add_disturbances(begin_of_index(index) - before_second, begin, comes, parameters);
    return {!sent || lost || spoilt || latest_ > off_beat, comes, late};
}

TrueTime PulseLine::receiver_pulse(std::int64_t index, const Parameters& parameters) noexcept {
    // A receiver puts the pulse on the nearest tick of its own clock.
    constexpr double drift_of_phase = 0.0371;
    sawtooth_phase_ += drift_of_phase;
    if (sawtooth_phase_ >= 1) sawtooth_phase_ -= 1;
    const double sawtooth = parameters["pps.sawtooth"] * (2 * sawtooth_phase_ - 1);
    const double jitter = parameters["pps.jitter"] * random_.normal();
    return begin_of_index(index) + nanoseconds(parameters["pps.bias"] + sawtooth + jitter);
}

void PulseLine::add_pulse(TrueTime begin, Nanos width, const Parameters& parameters) {
    const Polarity lead = leading(parameters);
    // The level is read when the pulse is over already: its leading edge gets the wrong name.
    const bool misread = choice_ == EdgeChoice::automatic && width < level_read;
    add_edge(begin, misread ? other(lead) : lead, parameters);
    const TrueTime end = begin + width;
    add_edge(end, other(lead), parameters);
}

void PulseLine::add_edge(TrueTime at, Polarity polarity, const Parameters& parameters) {
    const bool wanted =
        choice_ == EdgeChoice::automatic ||
        polarity == (choice_ == EdgeChoice::rising ? Polarity::rising : Polarity::falling);
    if (!wanted) return;
    Nanos latency = latency_.stamp(parameters);
    if (const double late = parameters["pps.late-uniform"]; late > 0)
        latency += nanoseconds(late * random_.unit());
    latest_ = std::max(latest_, latency);
    TrueTime stamp = at + latency;
    auto place = edges_.end();
    while (place != edges_.begin() && (place - 1)->stamp > stamp)
        --place;
    if (place != edges_.begin()) stamp = std::max(stamp, (place - 1)->stamp + between_interrupts);
    edges_.insert(place, Edge{stamp, stamp + latency_.wake(parameters), polarity, at});
}

const PulseLine::Edge* PulseLine::find(TrueTime from, TrueTime until,
                                       Polarity polarity) const noexcept {
    const Edge* first = nullptr;
    for (const Edge& edge : edges_)
        if (edge.polarity == polarity && edge.at >= from && edge.at <= until &&
            (first == nullptr || edge.at < first->at))
            first = &edge;
    return first;
}

// regular: 1 for even distances, 0 for random ones.
void PulseLine::add_alternating(TrueTime window, double edges, double regular,
                                const Parameters& parameters) {
    const int count = static_cast<int>(edges);
    for (int i = 0; i < count; ++i) {
        const double place = regular * i / edges + (1 - regular) * random_.unit();
        add_edge(window + nanoseconds(place * 1e9),
                 i % 2 == 0 ? Polarity::rising : Polarity::falling, parameters);
    }
}

bool PulseLine::add_disturbances(TrueTime window, TrueTime begin, bool pulse,
                                 const Parameters& parameters) {
    bool any = parameters["pps.rate"] != 1;
    // What doesn't come has neither an echo nor bounces.
    if (random_.chance(parameters["line.doubled"]) && pulse) {
        any = true;
        add_pulse(begin + nanoseconds(random_.between(1e6, 30e6)),
                  Nanos{parameters.ns("pps.width")}, parameters);
    }
    if (random_.chance(parameters["line.bounce"]) && pulse) {
        any = true;
        for (int i = 0; i < 4; ++i)
            add_edge(begin + nanoseconds(random_.between(5e3, 1e6)),
                     i % 2 == 0 ? other(leading(parameters)) : leading(parameters), parameters);
    }
    if (const double rate = parameters["line.glitches"]; rate > 0) {
        const auto count = static_cast<int>(rate) + (random_.chance(std::fmod(rate, 1)) ? 1 : 0);
        any = any || count > 0;
        for (int i = 0; i < count; ++i)
            add_pulse(window + nanoseconds(random_.unit() * 1e9),
                      nanoseconds(random_.between(1e3, 1e6)), parameters);
    }
    if (const double hum = parameters["line.hum"]; hum > 0) {
        any = true;
        add_alternating(window, 2 * hum, 1, parameters);
    } else if (parameters.is_on("line.floating")) {
        any = true;
        add_alternating(window, floating_rate, 0, parameters);
    }
    return any;
}

EdgeChoice edges_asked_for(const Parameters& parameters) {
    switch (parameters.word<EdgeOption>("ppsd.edge")) {
    case EdgeOption::rising:
        return EdgeChoice::rising;
    case EdgeOption::falling:
        return EdgeChoice::falling;
    case EdgeOption::automatic:
        break;
    }
    return EdgeChoice::automatic;
}

bool shows_edges(const Parameters& parameters) {
    constexpr double shortest = 1e-3, longest = 0.44; // s
    const double width = parameters["pps.width"];
    return edges_asked_for(parameters) != EdgeChoice::automatic ||
           (width >= shortest && (width <= longest || width >= 1 - longest));
}

} // namespace hal::sim
