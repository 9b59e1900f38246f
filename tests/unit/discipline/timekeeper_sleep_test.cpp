// The machine slept, and the oscillator stood still.
#include "tests/unit/discipline/receiver.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr int to_find = 5; // pulses

} // namespace

TEST_CASE("timekeeper: after a sleep everything is forgotten, and lock-count labels lock it anew") {
    Receiver receiver;
    receiver.lock();
    (void)receiver.pulse(0);
    receiver.keeper.forget();
    CHECK_FALSE(receiver.keeper.locked());
    CHECK_FALSE(receiver.keeper.delay());
    CHECK_FALSE(receiver.overdue(0));
    receiver.zero = receiver.zero + 5000; // it slept, and the oscillator stood still
    CHECK(receiver.run(1, 4) == 0);
    CHECK(receiver.both(5) == receiver.zero + 5);
}

TEST_CASE("timekeeper: after a sleep pulses are handed over, however they were counted before") {
    constexpr Nanos second = 1s - 400us; // of an oscillator that is slow
    Receiver receiver;
    const auto both = [&](int n) {
        (void)receiver.edge(n * second);
        (void)receiver.give(
            {receiver.zero + n, 0ns, Receiver::stamp(n * second + receiver.delay), false});
        return receiver.keeper.take(at(n * second + receiver.delay + Receiver::lag));
    };
    constexpr int slept = 20'000; // the oscillator lost eight seconds
    for (int n = 0; n < slept; ++n)
        CHECK(both(n).has_value() == (n >= to_find - 1));
    receiver.keeper.forget();
    for (int n = slept; n < slept + 20; ++n)
        CHECK(both(n).has_value() == (n >= slept + to_find - 1));
}
