#include "daemon/discipline/oscillator.hpp"
#include "tests/unit/discipline/instants.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr Nanos farthest = 250ms; // from a note, and a stamp is worth nothing

constexpr MonoTime mono(Nanos since) {
    return MonoTime::from_ns(7'000'000'000'000) + since;
}

/// The difference of the clocks that a stamp was made by.
std::optional<Nanos> difference(const Oscillator& oscillator, Nanos since) {
    const auto stamp = oscillator.stamp(mono(since));
    if (!stamp) return std::nullopt;
    CHECK(stamp->mono == mono(since));
    return stamp->raw_minus_mono();
}

} // namespace

TEST_CASE("oscillator: without a note nothing is known") {
    const Oscillator oscillator;
    CHECK_FALSE(oscillator.stamp(mono(0s)));
    CHECK_FALSE(oscillator.now(mono(0s)));
}

TEST_CASE("oscillator: about one note its own difference, to a quarter of a second") {
    Oscillator oscillator;
    oscillator.note(mono(0s), -3s);
    for (const Nanos t : Lengths{-farthest, -1ns, 0ns, 1ns, farthest})
        CHECK(difference(oscillator, t) == -3s);
    CHECK_FALSE(difference(oscillator, -farthest - 1ns));
    CHECK_FALSE(difference(oscillator, farthest + 1ns));
}

TEST_CASE("oscillator: between two notes on the straight line, outside at the nearer one's") {
    Oscillator oscillator;
    oscillator.note(mono(0ms), 10ms);
    oscillator.note(mono(100ms), 18ms);
    CHECK(difference(oscillator, -1ms) == 10ms);
    CHECK(difference(oscillator, 0ms) == 10ms);
    CHECK(difference(oscillator, 25ms) == 12ms);
    CHECK(difference(oscillator, 75ms) == 16ms);
    CHECK(difference(oscillator, 100ms) == 18ms);
    CHECK(difference(oscillator, 101ms) == 18ms);
    CHECK_FALSE(difference(oscillator, -farthest - 1ns));
    CHECK_FALSE(difference(oscillator, 100ms + farthest + 1ns));
}

TEST_CASE("oscillator: between two notes that are far apart, near to one of them only") {
    Oscillator oscillator;
    oscillator.note(mono(0s), 0ms);
    oscillator.note(mono(10s), 100ms);
    CHECK(difference(oscillator, farthest) == 2'500us);
    CHECK_FALSE(difference(oscillator, farthest + 1ns));
    CHECK_FALSE(difference(oscillator, 5s));
    CHECK_FALSE(difference(oscillator, 10s - farthest - 1ns));
    CHECK(difference(oscillator, 10s - farthest) == 97'500us);
}

TEST_CASE("oscillator: only the last two notes count") {
    Oscillator oscillator;
    oscillator.note(mono(0s), 1ms);
    oscillator.note(mono(10s), 2ms);
    oscillator.note(mono(20s), 3ms);
    CHECK_FALSE(difference(oscillator, 0s));
    CHECK(difference(oscillator, 10s) == 2ms);
    CHECK(difference(oscillator, 20s) == 3ms);
}

TEST_CASE("oscillator: two notes of one moment are one, the first ones too") {
    Oscillator oscillator;
    oscillator.note(mono(0s), -5s);
    oscillator.note(mono(0s), -5s);
    CHECK(difference(oscillator, -200ms) == -5s);
    CHECK(difference(oscillator, 200ms) == -5s);
    oscillator.note(mono(100ms), -5s + 10us);
    oscillator.note(mono(100ms), -5s + 20us);
    CHECK(difference(oscillator, 50ms) == -5s + 10us);
    CHECK(difference(oscillator, 100ms) == -5s + 20us);
}

TEST_CASE("oscillator: a clock that was slewed at its limit, and noted at both ends, is undone") {
    Oscillator oscillator;
    const Nanos slewed = parts_per_million(83'333, 200ms);
    oscillator.note(mono(0ms), 0ns);
    oscillator.note(mono(200ms), slewed);
    for (Nanos t = 0ms; t <= 200ms; t += 10ms) {
        const auto found = difference(oscillator, t);
        REQUIRE(found);
        CHECK(std::chrono::abs(*found - parts_per_million(83'333, t)) <= 1ns);
    }
}

TEST_CASE("oscillator: now and deadlines go by the last note, however old it is") {
    Oscillator oscillator;
    oscillator.note(mono(0s), 10ms);
    oscillator.note(mono(1s), 20ms);
    const auto now = oscillator.now(mono(1h));
    REQUIRE(now);
    CHECK(now->ns() == mono(1h).ns() + Nanos{20ms}.count());
    CHECK(oscillator.to_mono(*now) == mono(1h));
}

TEST_CASE("oscillator: after a sleep it knows nothing, and then only what was noted since") {
    Oscillator oscillator;
    oscillator.note(mono(0s), 1ms);
    oscillator.note(mono(100ms), 1ms);
    oscillator.forget();
    CHECK_FALSE(oscillator.stamp(mono(100ms)));
    CHECK_FALSE(oscillator.now(mono(100ms)));
    oscillator.note(mono(200ms), -4s);
    CHECK(difference(oscillator, 150ms) == -4s);
}
