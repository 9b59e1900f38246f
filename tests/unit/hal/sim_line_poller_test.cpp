#include "hal/src/sim/line_poller.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr TrueTime edge = TrueTime::from_ns(5'000'000'000);

Parameters reads_of(double ns) {
    Parameters parameters;
    parameters.set("poll.read", ns);
    return parameters;
}

} // namespace

TEST_CASE("line poller: the edge lies within the interval, which is two reads wide") {
    LinePoller poller{Random{1, 1}};
    for (int n = 0; n < 1000; ++n) {
        const auto [begin, end] = poller.see(edge, reads_of(1000));
        CHECK(begin <= edge);
        CHECK(end >= edge);
        CHECK(end - begin >= 1798ns); // 0.9 to 1.3 of a read each, cut to whole ns
        CHECK(end - begin <= 2600ns);
    }
    CHECK_FALSE(poller.disturbed());
}

TEST_CASE(
    "line poller: a stall widens it, and the edge's own interrupt does on the same processor") {
    LinePoller poller{Random{1, 1}};
    Parameters stalled = reads_of(1000);
    stalled.set("poll.stalls", 1);
    stalled.set("poll.stall-length", 1e6);
    const auto wide = poller.see(edge, stalled);
    CHECK(poller.disturbed());
    CHECK(wide.end - wide.begin > 2600ns);
    CHECK(wide.begin <= edge);
    CHECK(wide.end >= edge);
    Parameters same = reads_of(1000);
    same.set("poll.interrupts", 2);
    const auto [begin, end] = poller.see(edge, same);
    CHECK(end - begin >= 1798ns + 8us);
}

TEST_CASE("line poller: late as often as it is told") {
    LinePoller poller{Random{1, 1}};
    CHECK(poller.late(reads_of(1000)) == 0ns);
    CHECK_FALSE(poller.disturbed());
    Parameters late = reads_of(1000);
    late.set("poll.late", 1);
    CHECK(poller.late(late) > 0ns);
    CHECK(poller.disturbed());
}
