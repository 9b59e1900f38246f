#include "daemon/observe/histogram.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace ppsd;

namespace {

Trace trace_of(const std::vector<double>& values) {
    Trace trace{0, static_cast<std::int64_t>(values.size()), 1, {}};
    for (std::size_t i = 0; i < values.size(); ++i)
        trace.values.push_back({static_cast<std::int64_t>(i), values[i]});
    return trace;
}

} // namespace

TEST_CASE("each value is in a bin; the outer thousandth doesn't stretch them") {
    std::vector<double> values;
    for (int i = 0; i < 2000; ++i)
        values.push_back(i % 100);
    values[0] = 1e6; // one in 2000
    const Histogram found = histogram(trace_of(values));
    CHECK(found.low == 0);
    CHECK(found.width == doctest::Approx(99.0 / 60));
    CHECK(std::accumulate(found.counts.begin(), found.counts.end(), std::uint64_t{0}) == 2000);
    CHECK(found.all.high == 1e6);
}

TEST_CASE("nothing, and values that are all the same") {
    CHECK(histogram(trace_of({})).counts.empty());
    const Histogram same = histogram(trace_of({5, 5}));
    CHECK(same.counts.front() == 2);
    CHECK(same.width > 0);
}
