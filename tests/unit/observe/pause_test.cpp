#include "daemon/observe/pause.hpp"

#include <doctest/doctest.h>

#include <cmath>

using ppsd::pause_after;

TEST_CASE("the next question comes in the middle between two samples") {
    CHECK(pause_after(0.5) == doctest::Approx(1));
    CHECK(pause_after(0.4) == doctest::Approx(1.1));
    CHECK(pause_after(0) == doctest::Approx(1.45));
    CHECK(pause_after(0.6) == doctest::Approx(0.9));
    CHECK(pause_after(0.99) == doctest::Approx(0.51));
    CHECK(pause_after(7.6) == doctest::Approx(0.9));
}

TEST_CASE("a second where there is no sample, or no such age") {
    CHECK(pause_after(std::nullopt) == 1);
    for (const double odd : {-1.0, HUGE_VAL, std::nan("")})
        CHECK(pause_after(odd) == 1);
}
