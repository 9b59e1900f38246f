#include "daemon/pipeline/no_pulse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

namespace {

using Reason = NoPulse::Reason;

constexpr std::uint64_t few_edges = 2;
constexpr Nanos stopped = 3s;
constexpr Nanos off_whole = 20ms; // 500 ppm of some seconds, and what USB scatters by

bool whole_seconds(Nanos interval) {
    const auto nearest = std::chrono::round<std::chrono::seconds>(interval);
    return nearest >= 1s && std::chrono::abs(interval - nearest) <= off_whole;
}

bool one_a_second(Nanos interval) {
    return std::chrono::abs(interval - Nanos{1s}) <= off_whole;
}

/// "5 pulses a second come", "a pulse comes every 1.3 s".
std::string rate_text(Nanos interval) {
    const double seconds = std::chrono::duration<double>(interval).count();
    if (seconds > 0.75) return fmt::format("a pulse comes every {:.3g} s", seconds);
    return fmt::format("{:.3g} pulses a second come", 1 / seconds);
}

std::string edges_a_second(std::uint64_t edges) {
    constexpr std::uint64_t seconds = 10;
    if (edges < 2 * seconds) return fmt::format("{} edges in ten seconds", edges);
    return fmt::format("about {} edges a second", (edges + seconds / 2) / seconds);
}

std::string_view set_edge(Reason reason) {
    switch (reason) {
    case Reason::one_polarity:
        return "only one polarity arrives";
    case Reason::square:
        return "pulses come, as long high as low";
    default:
        return "pulses come, but not one a second";
    }
}

bool came(const EdgeRate::Reading& rate) {
    if (rate.edges <= few_edges) return rate.edges > 0;
    return rate.silence <= std::max(stopped, 2 * rate.interval.value_or(0ns));
}

Reason reason_of(const EdgeRate::Reading& rate, Verdict last) {
    if (!came(rate)) return Reason::no_edge;
    if (last == Verdict::read_late) return Reason::read_late;
    if (last == Verdict::one_polarity) return Reason::one_polarity;
    if (rate.edges <= few_edges) return Reason::few;
    if (!rate.interval) return Reason::noise;
    if (!whole_seconds(*rate.interval)) return Reason::other_rate;
    if (last == Verdict::square) return Reason::square;
    if (last == Verdict::undecided && !one_a_second(*rate.interval)) return Reason::undecided;
    return Reason::searching;
}

} // namespace

std::string_view name(Reason reason) noexcept {
    switch (reason) {
    case Reason::no_edge:
        return "no-edge";
    case Reason::read_late:
        return "read-late";
    case Reason::one_polarity:
        return "one-polarity";
    case Reason::few:
        return "few";
    case Reason::noise:
        return "noise";
    case Reason::other_rate:
        return "other-rate";
    case Reason::square:
        return "square";
    case Reason::undecided:
        return "undecided";
    case Reason::searching:
        return "searching";
    case Reason::count_:
        break;
    }
    return {};
}

std::string explanation(const NoPulse& why) {
    switch (why.reason) {
    case Reason::no_edge:
        return "no edge comes on the line; look at the PPS wire, at `pps`, and at the receiver's "
               "time pulse settings";
    case Reason::read_late:
        return "edges come, but are read so late that their times are lost; is the machine "
               "overloaded?";
    case Reason::few:
        return fmt::format("only {} in the last ten seconds; look at the PPS wire, and set the "
                           "receiver's time pulse to one a second",
                           why.rate.edges == 1 ? "one edge" : "two edges");
    case Reason::noise:
        return fmt::format("{} come, at irregular times: noise; look at the PPS wire and its "
                           "ground, and at `pps`",
                           edges_a_second(why.rate.edges));
    case Reason::other_rate:
        return fmt::format("{}; set the receiver's time pulse to one a second",
                           rate_text(*why.rate.interval));
    case Reason::searching:
        return "pulses come; their place in the second is being found";
    case Reason::one_polarity:
    case Reason::square:
    case Reason::undecided:
        return fmt::format("{}, so edge = auto can't tell which edge is on the second; set `edge` "
                           "= rising (most receivers) or falling",
                           set_edge(why.reason));
    case Reason::count_:
        break;
    }
    return {};
}

NoPulse why_no_pulse(const EdgeRate::Reading& rate, Verdict last) noexcept {
    return {reason_of(rate, last), rate};
}

} // namespace ppsd::app
