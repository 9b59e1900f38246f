#include "hal/src/poll_plan.hpp"

#include <doctest/doctest.h>

using namespace hal;

namespace {

constexpr MonoTime edge = MonoTime::from_ns(10'000'000'000);

} // namespace

TEST_CASE("before any edge it is asked at the idle pace") {
    const PollPlan plan;
    CHECK(plan.next(edge) == edge + PollPlan::idle);
}

TEST_CASE("after an edge, the next one is asked for just after it is due") {
    PollPlan plan;
    plan.saw(edge, Polarity::rising);
    CHECK(plan.next(edge + 1ms) == edge + 1s + PollPlan::after_due);
}

TEST_CASE("never sooner than the retry's pace, so that an overdue edge costs little") {
    PollPlan plan;
    plan.saw(edge, Polarity::rising);
    const MonoTime just = edge + 1s + PollPlan::after_due - PollPlan::again;
    CHECK(plan.next(just) == edge + 1s + PollPlan::after_due);
    CHECK(plan.next(just + 1ns) == just + 1ns + PollPlan::again);
    CHECK(plan.next(edge + 2s) == edge + 2s + PollPlan::again);
}

TEST_CASE("4 s after the last edge it is idle again, to the nanosecond") {
    PollPlan plan;
    plan.saw(edge, Polarity::rising);
    CHECK(plan.next(edge + 4s) == edge + 4s + PollPlan::again);
    CHECK(plan.next(edge + 4s + 1ns) == edge + 4s + 1ns + PollPlan::idle);
}

TEST_CASE("of two polarities, the one that is due sooner") {
    PollPlan plan;
    plan.saw(edge, Polarity::rising);
    plan.saw(edge + 100ms, Polarity::falling);
    CHECK(plan.next(edge + 150ms) == edge + 1s + PollPlan::after_due);
    plan.saw(edge + 1s, Polarity::rising);
    CHECK(plan.next(edge + 1s + 3ms) == edge + 1100ms + PollPlan::after_due);
}
