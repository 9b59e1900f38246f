#include "daemon/simulate/sim_histogram.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

using namespace ppsd::app;
using namespace hal;

TEST_CASE("nothing has no quantiles") {
    const SimHistogram empty;
    CHECK(empty.total() == 0);
    CHECK(empty.quantile(0.5) == 0);
    CHECK(empty.largest() == 0);
}

TEST_CASE("quantiles are known to 3 %, the largest exactly") {
    SimHistogram histogram;
    for (std::int64_t ns = 1; ns <= 100'000; ++ns)
        histogram.add(Nanos{ns % 2 == 0 ? ns : -ns}); // magnitudes
    CHECK(histogram.total() == 100'000);
    CHECK(histogram.quantile(0.5) >= 50'000);
    CHECK(histogram.quantile(0.5) <= 51'600);
    CHECK(histogram.quantile(0.99) >= 99'000);
    CHECK(histogram.quantile(0.99) <= 100'000);
    CHECK(histogram.quantile(1) == 100'000);
    CHECK(histogram.largest() == 100'000);
}

TEST_CASE("small ones are known exactly, and years are no trouble") {
    for (const std::int64_t ns :
         std::to_array<std::int64_t>({0, 1, 31, 32, 63, 64, std::int64_t{1} << 62})) {
        SimHistogram histogram;
        histogram.add(Nanos{ns});
        CHECK(histogram.quantile(0.5) == static_cast<std::uint64_t>(ns));
    }
}
