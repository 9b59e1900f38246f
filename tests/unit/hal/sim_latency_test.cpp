#include "hal/src/sim/latency.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace hal;
using namespace hal::sim;

namespace {
constexpr int many = 20'000;
}

TEST_CASE("a stamp is never earlier than the least, and never later than the longest") {
    Parameters parameters;
    parameters.set("latency.least", 700);
    parameters.set("latency.tail", 0.1);
    parameters.set("latency.longest", 50'000);
    Latency latency{Random{1, 4}};
    Nanos least = 1s, most = 0s;
    std::int64_t sum = 0;
    for (int i = 0; i < many; ++i) {
        const Nanos late = latency.stamp(parameters);
        least = std::min(least, late);
        most = std::max(most, late);
        sum += late.count();
    }
    CHECK(least >= 700ns);
    CHECK(least < 720ns);
    CHECK(most == 50us);
    CHECK(sum / many > 700 + 2000); // the tail on top
}

TEST_CASE("without a tail the mean is least + usual") {
    Parameters parameters;
    parameters.set("latency.tail", 0);
    Latency latency{Random{1, 4}};
    std::int64_t sum = 0;
    for (int i = 0; i < many; ++i)
        sum += latency.stamp(parameters).count();
    CHECK(sum / many > 2'900);
    CHECK(sum / many < 3'100);
}

TEST_CASE("a load begins, makes stamps later, and ends") {
    Parameters parameters;
    parameters.set("latency.load", 1);
    parameters.set("latency.load-length", 0.5);
    Latency latency{Random{1, 4}};
    CHECK_FALSE(latency.loaded());
    latency.advance(TrueTime{}, parameters);
    CHECK(latency.loaded());
    parameters.set("latency.load", 0);
    latency.advance(begin_of_index(3600), parameters);
    CHECK_FALSE(latency.loaded());
}

TEST_CASE("what is tolerable goes by the usual scatter") {
    Parameters parameters;
    parameters.set("latency.least", 1'000);
    parameters.set("latency.usual", 100);
    parameters.set("pps.jitter", 0);
    CHECK(tolerable_latency(parameters) == 11us); // always 10 us
    parameters.set("latency.usual", 5'000);
    CHECK(tolerable_latency(parameters) == 31us);
}
