#include "daemon/text/scaled.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace ppsd::app;

TEST_CASE("three digits, in the largest unit in which it is one or more") {
    CHECK(scaled(0.45e-6) == "450 ns");
    CHECK(scaled(1.5e-6) == "1.50 us");
    CHECK(scaled(138e-6) == "138 us");
    CHECK(scaled(0.0123) == "12.3 ms");
    CHECK(scaled(0.125) == "125 ms");
    CHECK(scaled(1) == "1.00 s");
    CHECK(scaled(86400) == "86400 s");
}

TEST_CASE("both sides of where the unit or the digits change") {
    CHECK(scaled(0.9994e-3) == "999 us");
    CHECK(scaled(0.9996e-3) == "1.00 ms");
    CHECK(scaled(9.994e-6) == "9.99 us");
    CHECK(scaled(9.996e-6) == "10.0 us");
    CHECK(scaled(99.94e-6) == "99.9 us");
    CHECK(scaled(99.96e-6) == "100 us");
    CHECK(scaled(1.0e-9) == "1.00 ns");
    CHECK(scaled(0.9e-9) == "0 ns");
}

TEST_CASE("offsets have a sign, nothing has none") {
    CHECK(scaled_offset(138e-6) == "+138 us");
    CHECK(scaled_offset(-138e-6) == "-138 us");
    CHECK(scaled_offset(0) == "0 ns");
    CHECK(scaled_offset(1e-12) == "0 ns");
    CHECK(scaled_offset(-1e-12) == "0 ns");
    CHECK(scaled(NAN) == "unknown");
    CHECK(scaled_offset(INFINITY) == "unknown");
}
