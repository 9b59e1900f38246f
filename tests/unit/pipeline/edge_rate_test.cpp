#include "daemon/pipeline/edge_rate.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

namespace {

constexpr MonoTime t0 = MonoTime::from_ns(1'000'000'000'000);

/// Rising edges that far apart, up to and with `until`.
EdgeRate every(Nanos apart, Nanos until = 20s) {
    EdgeRate rate;
    for (Nanos t{0}; t <= until; t += apart)
        rate.add(t0 + t, Polarity::rising);
    return rate;
}

} // namespace

TEST_CASE("nothing came") {
    const auto reading = EdgeRate{}.read(t0);
    CHECK(reading.edges == 0);
    CHECK(reading.silence == 0ns);
    CHECK_FALSE(reading.interval);
}

TEST_CASE("regular edges: how many, and how far apart") {
    CHECK(every(200ms).read(t0 + 20s).edges == 46); // nine seconds, and the one at 20 s
    CHECK(every(200ms).read(t0 + 20s).interval == 200ms);
    CHECK(every(1s).read(t0 + 20s).edges == 10);
    CHECK(every(1s).read(t0 + 20s).interval == 1s);
    CHECK(every(2s).read(t0 + 20s).edges == 5);
    CHECK(every(2s).read(t0 + 20s).interval == 2s);
    CHECK(every(10ms).read(t0 + 20s).interval == 10ms);
}

TEST_CASE("two edges are not enough to be regular") {
    EdgeRate rate;
    rate.add(t0, Polarity::rising);
    rate.add(t0 + 1s, Polarity::rising);
    CHECK(rate.read(t0 + 1s).edges == 2);
    CHECK_FALSE(rate.read(t0 + 1s).interval);
    rate.add(t0 + 2s, Polarity::rising);
    CHECK(rate.read(t0 + 2s).interval == 1s);
}

TEST_CASE("a distance that is longer than the shortest by more than a tenth: not regular") {
    for (const Nanos more : {Nanos{10ms}, Nanos{10ms + 1ns}}) {
        EdgeRate rate;
        rate.add(t0, Polarity::rising);
        rate.add(t0 + 100ms, Polarity::rising);
        rate.add(t0 + 200ms + more, Polarity::rising);
        CHECK(rate.read(t0 + 1s).interval.has_value() == (more == 10ms));
    }
}

TEST_CASE("what is ten seconds old is forgotten, second by second") {
    const EdgeRate rate = every(1s, 2s);
    CHECK(rate.read(t0 + 9s).edges == 3);
    CHECK(rate.read(t0 + 10s - 1ns).edges == 3);
    CHECK(rate.read(t0 + 10s).edges == 2);
    CHECK(rate.read(t0 + 12s).edges == 0);
    CHECK(rate.read(t0 + 100s).edges == 0);
}

TEST_CASE("after a silence nothing of before it is counted") {
    EdgeRate rate = every(200ms);
    for (int n = 0; n < 4; ++n)
        rate.add(t0 + 50s + n * 1s, Polarity::rising);
    CHECK(rate.read(t0 + 53s).edges == 4);
    CHECK(rate.read(t0 + 53s).interval == 1s);
}

TEST_CASE("the polarity that came more often stands for both") {
    EdgeRate rate;
    for (int n = 0; n < 5; ++n)
        rate.add(t0 + n * 1s, Polarity::falling);
    CHECK(rate.read(t0 + 4s).edges == 5);
    rate.add(t0 + 4100ms, Polarity::rising);
    CHECK(rate.read(t0 + 5s).edges == 5);
    CHECK(rate.read(t0 + 5s).silence == 1s);
}

TEST_CASE("an edge that is not later than the last one is left out") {
    EdgeRate rate = every(1s, 3s);
    rate.add(t0 + 3s, Polarity::rising);
    rate.add(t0 + 1s, Polarity::rising);
    CHECK(rate.read(t0 + 3s).edges == 4);
    rate.forget();
    CHECK(rate.read(t0 + 3s).edges == 0);
}
