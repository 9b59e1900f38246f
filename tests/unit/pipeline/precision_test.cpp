#include "daemon/pipeline/precision.hpp"

#include <doctest/doctest.h>

using namespace hal;
using ppsd::app::precision;

TEST_CASE("log2 of the scatter, rounded up: both sides of a power of two") {
    CHECK(precision(976'562ns) == -10); // 2^-10 s is 976562.5 ns
    CHECK(precision(976'563ns) == -9);
    CHECK(precision(500ms) == -1);
    CHECK(precision(500ms + 1ns) == 0);
    CHECK(precision(1ns) == -29);
    CHECK(precision(2ns) == -28);
}

TEST_CASE("never beyond a nanosecond, nor a second") {
    CHECK(precision(0ns) == -30);
    CHECK(precision(-1ns) == -30);
    CHECK(precision(1s) == 0);
    CHECK(precision(1h) == 0);
}
