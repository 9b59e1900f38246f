#include "daemon/nmea/two_times.hpp"

#include <doctest/doctest.h>

using namespace ppsd::nmea;
using namespace std::chrono_literals;

TEST_CASE("what was so five times is what the receiver always does") {
    TwoTimes two;
    for (int n = 0; n < TwoTimes::not_believed; ++n)
        CHECK_FALSE(two.add(1s));
    CHECK(two.add(1s));
    CHECK(two.add(1s));
}

TEST_CASE("another difference, or one time alone, starts the count anew") {
    for (const bool alone : {false, true}) {
        TwoTimes two;
        for (int n = 0; n < 10; ++n)
            (void)two.add(1s);
        alone ? two.add_one() : (void)two.add(2s);
        for (int n = 0; n < TwoTimes::not_believed; ++n)
            CHECK_FALSE(two.add(1s));
        CHECK(two.add(1s));
    }
}
