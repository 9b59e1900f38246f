#include "daemon/pipeline/other_edge.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

namespace {

/// At which pulse it says so, of 1000; 0: never.
template <class Ahead>
int said(Ahead ahead, Nanos width) {
    OtherEdge other;
    int when = 0;
    for (int n = 1; n <= 1000; ++n)
        if (other.add(ahead(n), width)) when = when == 0 ? n : -1;
    return when;
}

int said_at(Nanos ahead, Nanos width) {
    return said([&](int) { return ahead; }, width);
}

} // namespace

TEST_CASE("a clock that is behind the pulses by their width for a minute: once") {
    CHECK(said_at(-100ms, 100ms) == 60);
    CHECK(said_at(-440ms, 440ms) == 60);
}

TEST_CASE("both sides of each limit") {
    CHECK(said_at(-125ms, 100ms) == 60);
    CHECK(said_at(-125ms - 1ns, 100ms) == 0);
    CHECK(said_at(-75ms, 100ms) == 60);
    CHECK(said_at(-75ms + 1ns, 100ms) == 0);
    CHECK(said_at(-50ms, 50ms) == 0);
    CHECK(said_at(-50ms, 50ms + 1ns) == 60);
}

TEST_CASE("nothing is said of a clock that is right, ahead, or on its way") {
    CHECK(said_at(0ns, 100ms) == 0);
    CHECK(said_at(100ms, 100ms) == 0);
    CHECK(said([](int n) { return -n * Nanos{500'000}; }, 100ms) == 0);        // 500 ppm
    CHECK(said([](int n) { return -100ms + n % 50 * 1ms; }, 100ms) == 0);      // leaves again
    CHECK(said([](int n) { return -100ms + n * Nanos{4'000}; }, 100ms) == 60); // a free crystal
}
