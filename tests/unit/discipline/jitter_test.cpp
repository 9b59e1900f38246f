#include "daemon/discipline/jitter.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;
using namespace hal;

namespace {

// +a, -a, +a …: each value is 2a from the middle of its neighbours.
Jitter zigzag(Nanos a, int values) {
    Jitter jitter{-20};
    for (int i = 0; i < values; ++i)
        jitter.add(i % 2 == 0 ? a : -a);
    return jitter;
}

} // namespace

TEST_CASE("nothing is known before 8 values") {
    CHECK(zigzag(1ms, 7).precision() == -20);
    CHECK(zigzag(1ms, 7).deviation() == 0ns);
    CHECK(zigzag(1ms, 8).deviation() == 2ms);
}

TEST_CASE("a straight line scatters by nothing, however steep") {
    Jitter jitter{-1};
    for (int i = 0; i < 200; ++i)
        jitter.add(i * 83'333us);
    CHECK(jitter.deviation() == 0ns);
    CHECK(jitter.precision() == -30);
}

TEST_CASE("one value far off changes nothing") {
    Jitter jitter{-1};
    for (int i = 0; i < 64; ++i)
        jitter.add(i == 30 ? 1s : Nanos{i});
    CHECK(jitter.deviation() == 0ns);
}

TEST_CASE("log2 seconds, rounded up") {
    // 2^-20 s = 953.67 ns, 2^-10 s = 976562.5 ns.
    CHECK(zigzag(476ns, 64).precision() == -20);
    CHECK(zigzag(477ns, 64).precision() == -19);
    CHECK(zigzag(488'281ns, 64).precision() == -10);
    CHECK(zigzag(488'282ns, 64).precision() == -9);
    CHECK(zigzag(250ms, 64).precision() == -1);
    CHECK(zigzag(250ms + 1ns, 64).precision() == 0);
    CHECK(zigzag(10s, 64).precision() == 0);
}

TEST_CASE("only the last 64 values count") {
    Jitter jitter = zigzag(1ms, 64);
    for (int i = 0; i < 63; ++i)
        jitter.add(0ns);
    CHECK(jitter.deviation() == 0ns);
    for (int i = 0; i < 64; ++i)
        jitter.add(i % 2 == 0 ? 1us : -1us);
    CHECK(jitter.deviation() == 2us);
}

TEST_CASE("cleared, nothing is known") {
    Jitter jitter = zigzag(1ms, 64);
    jitter.clear();
    CHECK(jitter.precision() == -20);
    CHECK(jitter.deviation() == 0ns);
}
