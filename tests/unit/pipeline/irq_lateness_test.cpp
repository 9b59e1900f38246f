#include "daemon/pipeline/irq_lateness.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

namespace {

constexpr OscTime start = OscTime::from_ns(100'000'000'000);

/// Pulses a second apart, polled and stamped in turn, so many of each and one more polled one; the
/// stamps are late by `late(n)`.
template <class Late>
IrqLateness in_turn(int stamps, Late&& late, Nanos second = 1s) {
    IrqLateness lateness;
    for (int n = 0; n < stamps; ++n) {
        lateness.add(start + 2 * n * second, Stamping::polled);
        lateness.add(start + (2 * n + 1) * second + late(n), Stamping::awaited);
    }
    lateness.add(start + 2 * stamps * second, Stamping::polled);
    return lateness;
}

} // namespace

TEST_CASE("lateness: polled pulses on both sides say where a stamped one was") {
    const auto lateness = in_turn(5, [](int) { return Nanos{12'000}; });
    CHECK(lateness.median() == Nanos{12'000});
    CHECK(lateness.spread() == 0ns);
    CHECK(lateness.count() == 5);
}

TEST_CASE("lateness: the oscillator's rate is no lateness") {
    const auto lateness = in_turn(
        5, [](int) { return Nanos{3000}; }, 1s + Nanos{100'000});
    CHECK(lateness.median() == Nanos{3000});
}

TEST_CASE("lateness: nothing is said before the third measurement") {
    CHECK_FALSE(in_turn(2, [](int) { return Nanos{12'000}; }).median());
    CHECK(in_turn(3, [](int) { return Nanos{12'000}; }).median());
}

TEST_CASE("lateness: one stamp that is very late changes little; the last 15 count") {
    const auto one = in_turn(9, [](int n) { return Nanos{n == 4 ? 900'000 : 12'000 + n}; });
    CHECK(one.median() == Nanos{12'005}); // of 0 to 8 without the 4th, and one above all
    for (const int others : {52, 53}) {   // of the last 15: 7 or 8
        const auto changed = in_turn(60, [&](int n) { return Nanos{n < others ? 5000 : 8000}; });
        CHECK(changed.median() == Nanos{others == 52 ? 8000 : 5000});
        CHECK(changed.spread() == 0ns);
        CHECK(changed.count() == 60);
    }
}

TEST_CASE("lateness: the spread is the median distance") {
    const auto lateness = in_turn(5, [](int n) { return Nanos{10'000 + 100 * n}; });
    CHECK(lateness.median() == Nanos{10'200});
    CHECK(lateness.spread() == Nanos{100}); // of 200, 100, 0, 100, 200
}

TEST_CASE("lateness: only neighbours, a second apart to 2 ms, measure") {
    for (const auto& [off, measured] : {std::pair{Nanos{2'000'000}, 1U}, {Nanos{2'000'001}, 0U}}) {
        IrqLateness lateness;
        lateness.add(start, Stamping::polled);
        lateness.add(start + 1s, Stamping::awaited);
        lateness.add(start + 2s + off, Stamping::polled);
        CHECK(lateness.count() == measured);
    }
    IrqLateness two;
    two.add(start, Stamping::polled);
    two.add(start + 1s, Stamping::awaited);
    two.add(start + 2s, Stamping::awaited);
    two.add(start + 3s, Stamping::polled);
    CHECK(two.count() == 0);
}

TEST_CASE("lateness: nothing is measured across the end of a train") {
    IrqLateness lateness;
    lateness.add(start, Stamping::polled);
    lateness.add(start + 1s, Stamping::awaited);
    lateness.interrupt_train();
    lateness.add(start + 2s, Stamping::polled);
    CHECK(lateness.count() == 0);
}

TEST_CASE("bounds: the first five are stretched from 250 us on") {
    for (int before = 0; before < 5; ++before)
        for (const Nanos bound : {Nanos{250'000}, Nanos{250'001}}) {
            PolledBounds bounds;
            for (int n = 0; n < before; ++n)
                CHECK_FALSE(bounds.stretched(500ns));
            CHECK(bounds.stretched(bound) == (bound > 250us));
        }
}

TEST_CASE("bounds: then from 4 times the median and half a microsecond on") {
    for (const Nanos bound : {Nanos{2900}, Nanos{2901}}) {
        PolledBounds bounds;
        for (int n = 0; n < 5; ++n)
            CHECK_FALSE(bounds.stretched(600ns));
        CHECK(bounds.stretched(bound) == (bound > 2900ns));
        CHECK(bounds.usual() == 600ns);
    }
}

TEST_CASE("bounds: a machine that became slower is believed after eight") {
    PolledBounds bounds;
    CHECK_FALSE(bounds.usual());
    for (int n = 0; n < 15; ++n)
        CHECK_FALSE(bounds.stretched(600ns));
    for (int n = 0; n < 8; ++n)
        CHECK(bounds.stretched(10us));
    CHECK_FALSE(bounds.stretched(10us));
}
