#include "hal/src/edge_poller.hpp"

#include <doctest/doctest.h>

using namespace hal;

TEST_CASE("poll task: what was set last, once it is written") {
    PollTask task;
    const auto nothing = task.take();
    REQUIRE(nothing);
    CHECK_FALSE(nothing->edge);
    const AwaitedEdge edge{OscTime::from_ns(7), 3us, Polarity::falling, AwaitedBy::either};
    const auto serial = task.set(edge);
    const auto taken = task.take();
    REQUIRE(taken);
    CHECK(taken->serial == serial);
    REQUIRE(taken->edge);
    CHECK(taken->edge->due == edge.due);
    CHECK(taken->edge->window == 3us);
    CHECK(taken->edge->polarity == Polarity::falling);
    CHECK(taken->edge->polled());
    CHECK(task.is(serial));
    task.set(AwaitedEdge{OscTime::from_ns(8), 3us, Polarity::rising, AwaitedBy::interrupt});
    CHECK_FALSE(task.is(serial));
    CHECK_FALSE(task.take()->edge->polled());
    CHECK(task.take()->edge->polarity == Polarity::rising);
    task.set(std::nullopt);
    CHECK_FALSE(task.take()->edge);
}

TEST_CASE("poll results: in order, eight at most") {
    PollResults results;
    CHECK_FALSE(results.take());
    for (std::uint32_t n = 1; n <= 9; ++n)
        results.put({n, {}});
    for (std::uint32_t n = 1; n <= 8; ++n)
        CHECK(results.take()->serial == n);
    CHECK_FALSE(results.take());
    results.put({10, {PollResult::End::found, MonoTime::from_ns(4), 2ns}});
    CHECK(results.take()->result.time == MonoTime::from_ns(4));
}
