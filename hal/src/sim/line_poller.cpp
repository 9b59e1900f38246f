#include "sim/line_poller.hpp"

namespace hal::sim {

namespace {

// What a read takes varies by.
constexpr double shortest = 0.9, longest = 1.3;
// What the handler of an interrupt takes, in reads: it stamps, and wakes a thread.
constexpr double handler_reads = 8;

Nanos whole_nanos(double ns) {
    return Nanos{static_cast<std::int64_t>(ns)};
}

} // namespace

double LinePoller::read(const Parameters& parameters) noexcept {
    return parameters["poll.read"] * random_.between(shortest, longest);
}

Nanos LinePoller::late(const Parameters& parameters) noexcept {
    disturbed_ = random_.chance(parameters["poll.late"]);
    return disturbed_ ? whole_nanos(parameters["poll.late-by"] * random_.exponential()) : 0ns;
}

LinePoller::Interval LinePoller::see(TrueTime edge, const Parameters& parameters) noexcept {
    const double before = read(parameters);
    const double after = read(parameters);
    double stall = 0; // between the two
    if (random_.chance(parameters["poll.stalls"])) {
        disturbed_ = true;
        stall = parameters["poll.stall-length"] * random_.exponential();
    }
    const double apart = before / 2 + stall + after / 2; // the two looks at the level
    const double since = apart * random_.unit();         // from the first of them to the edge
    const bool own = parameters.word<PollInterrupts>("poll.interrupts") == PollInterrupts::same_cpu;
    const double handler = own ? handler_reads * parameters["poll.read"] : 0;
    return {edge - whole_nanos(since + before / 2),
            edge + whole_nanos(apart - since + handler + after / 2)};
}

} // namespace hal::sim
