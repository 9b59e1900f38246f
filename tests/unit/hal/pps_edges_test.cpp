#include "hal/src/pps_edges.hpp"

#include <doctest/doctest.h>

using namespace hal;

namespace {

PpsLast last(std::uint32_t sequence, std::int64_t ns) {
    return {sequence, RealTime::from_ns(ns)};
}

std::int64_t count(const PpsEdges::New& found) {
    return (found[0] ? 1 : 0) + (found[1] ? 1 : 0);
}

} // namespace

TEST_CASE("what was there at the start is not told") {
    PpsEdges edges{EdgeChoice::automatic, last(7, 100), last(3, 200)};
    CHECK(count(edges.next(last(7, 100), last(3, 200))) == 0);
}

TEST_CASE("an edge is told once") {
    PpsEdges edges{EdgeChoice::rising, last(7, 100), last(0, 0)};
    const auto found = edges.next(last(8, 1100), last(0, 0));
    REQUIRE(count(found) == 1);
    CHECK(found[0]->time.ns() == 1100);
    CHECK(found[0]->polarity == Polarity::rising);
    CHECK(count(edges.next(last(8, 1100), last(0, 0))) == 0);
    CHECK(edges.missed() == 0);
}

TEST_CASE("only the edges that were asked for") {
    PpsEdges asserts{EdgeChoice::rising, last(1, 0), last(1, 0)};
    PpsEdges clears{EdgeChoice::falling, last(1, 0), last(1, 0)};
    const auto rising = asserts.next(last(2, 10), last(2, 20));
    const auto falling = clears.next(last(2, 10), last(2, 20));
    REQUIRE(count(rising) == 1);
    REQUIRE(count(falling) == 1);
    CHECK(rising[0]->polarity == Polarity::rising);
    CHECK(falling[0]->polarity == Polarity::falling);
}

TEST_CASE("two new edges come in order of time, whichever polarity was first") {
    PpsEdges edges{EdgeChoice::automatic, last(1, 0), last(1, 0)};
    auto found = edges.next(last(2, 1000), last(2, 1100));
    REQUIRE(count(found) == 2);
    CHECK(found[0]->polarity == Polarity::rising);
    CHECK(found[1]->polarity == Polarity::falling);
    found = edges.next(last(3, 2100), last(3, 2000));
    REQUIRE(count(found) == 2);
    CHECK(found[0]->polarity == Polarity::falling);
    CHECK(found[1]->polarity == Polarity::rising);
}

TEST_CASE("edges that were replaced before anyone asked are counted, over the numbers' end, too") {
    PpsEdges edges{EdgeChoice::automatic, last(0xfffffffeU, 0), last(1, 0)};
    CHECK(count(edges.next(last(1, 3000), last(2, 100))) == 2);
    CHECK(edges.missed() == 2);
    CHECK(count(edges.next(last(2, 4000), last(2, 100))) == 1);
    CHECK(edges.missed() == 2);
}
