#include "daemon/observe/summary.hpp"

#include <doctest/doctest.h>

using ppsd::Summary;

TEST_CASE("a summary of nothing takes over the first value, and nothing added changes nothing") {
    Summary all;
    CHECK(all.n == 0);
    all.add(-3);
    CHECK(all.n == 1);
    CHECK(all.mean == -3);
    CHECK(all.low == -3);
    CHECK(all.high == -3);
    CHECK(all.sd == 0);
    all.add(Summary{});
    CHECK(all.n == 1);
    CHECK(all.mean == -3);
}

TEST_CASE("summaries of parts give the same as one of all values") {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, standard deviation 2.
    Summary left;
    Summary right;
    for (const double value : {2.0, 4.0, 4.0})
        left.add(value);
    for (const double value : {4.0, 5.0, 5.0, 7.0, 9.0})
        right.add(value);
    left.add(right);
    CHECK(left.n == 8);
    CHECK(left.mean == doctest::Approx(5));
    CHECK(left.sd == doctest::Approx(2));
    CHECK(left.low == 2);
    CHECK(left.high == 9);
}
