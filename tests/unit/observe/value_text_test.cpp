#include "daemon/observe/value_text.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace ppsd;

namespace {

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
    std::vector<std::string> all;
    for (const Tick& tick : ticks)
        all.push_back(tick.label);
    return all;
}
using Labels = std::vector<std::string>;

} // namespace

TEST_CASE("values in the unit that a person reads; a sign where both are possible") {
    CHECK(value_text(Series::offset, -138e-6) == "-138 us");
    CHECK(value_text(Series::offset, 12e-9) == "+12.0 ns");
    CHECK(value_text(Series::offset, 0) == "0 ns");
    CHECK(value_text(Series::jitter, 12e-9) == "12.0 ns");
    CHECK(value_text(Series::frequency, 20.301e-6) == "+20.3010 ppm");
    CHECK(value_text(Series::temperature, 41.53) == "41.5 degC");
    CHECK(value_text(Series::satellites, 9) == "9.0");
    CHECK(value_text(Series::signal, 38.5) == "38.5 dB-Hz");
    CHECK(spread_text(Series::frequency, 2e-9) == "0.0020 ppm");
    CHECK(value_text(Series::offset, NAN) == "unknown");
}

TEST_CASE("marks of an axis are round, in one unit, and told apart") {
    CHECK(labels(value_ticks(Series::offset, -1.1e-6, 1.1e-6, 5)) ==
          Labels{"-1.0 us", "-0.5 us", "0.0 us", "+0.5 us", "+1.0 us"});
    CHECK(labels(value_ticks(Series::delay, 0.40100, 0.40104, 4)) ==
          Labels{"401.00 ms", "401.01 ms", "401.02 ms", "401.03 ms", "401.04 ms"});
    CHECK(labels(value_ticks(Series::satellites, 0, 20, 4)) == Labels{"0", "5", "10", "15", "20"});
    CHECK(value_ticks(Series::offset, 1, 1, 5).empty());
    CHECK(value_ticks(Series::offset, 0, NAN, 5).empty());
}

TEST_CASE("an axis' text: one unit, decimals that tell apart what is a step from each other") {
    const AxisText fine{Series::delay, 0.401234, 0.401236, 2e-8};
    CHECK(fine(0.401234) == "401.23400 ms");
    CHECK(fine(0.40123402) == "401.23402 ms");
    const AxisText coarse{Series::offset, -138e-6, 12e-9, 1.4e-6};
    CHECK(coarse(-138e-6) == "-138 us");
    CHECK(coarse(12e-9) == "0 us");
    CHECK(coarse(-12e-9) == "0 us");
    CHECK(coarse(3e-6) == "+3 us");
    // The unit is the largest in which an end is 1 or more.
    CHECK(AxisText{Series::offset, 0, 1e-6, 1e-7}(1e-6) == "+1.0 us");
    CHECK(AxisText{Series::offset, 0, 0.999e-6, 1e-7}(0.9e-6) == "+900 ns");
    CHECK(AxisText{Series::offset, 0, 1e-10, 1e-10}(1e-10) == "+0.1 ns");
    // Without a step: a hundredth of the axis is told apart, down to a thousandth of a nanosecond.
    const AxisText ends{Series::delay, 0.4012, 0.4013};
    CHECK(ends(0.4012) == "401.200 ms");
    CHECK(ends(0.4013) == "401.300 ms");
    const AxisText same{Series::offset, 1e-9, 1e-9};
    CHECK(same(1e-9) == "+1.000 ns");
}

TEST_CASE("marks of time: full seconds, minutes, hours, days") {
    constexpr double day = 86400;
    CHECK(labels(time_ticks(0, 4, 5)) ==
          Labels{"00:00:00", "00:00:01", "00:00:02", "00:00:03", "00:00:04"});
    CHECK(labels(time_ticks(59, 3601, 3)) == Labels{"00:30", "01:00"});
    CHECK(labels(time_ticks(0, day, 4)) == Labels{"00:00", "06:00", "12:00", "18:00", "00:00"});
    CHECK(labels(time_ticks(0, 2 * day, 2)) == Labels{"1970-01-01", "1970-01-02", "1970-01-03"});
    CHECK(time_ticks(5, 5, 4).empty());
}
