// Another rate, and edges that are late: nobody is starved.
#include "daemon/discipline/pulse_train.hpp"
#include "tests/unit/discipline/train.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>

using namespace ppsd::discipline;

namespace {

/// CLOCK_MONOTONIC at a true time: its rate is `before` until `step`, and `after` from then on.
struct Slewed {
    double before;
    double after;
    Nanos step;
    Nanos operator()(Nanos t) const {
        const auto stretch = [](Nanos d, double rate) {
            return Nanos{static_cast<std::int64_t>(static_cast<double>(d.count()) * rate)};
        };
        return t < step ? stretch(t, before) : stretch(step, before) + stretch(t - step, after);
    }
};

// The longest true time without a used pulse; every ordinal is right.
Nanos longest_starved(const Slewed& mono) {
    Train train{0};
    Nanos longest = 0ns;
    int last_used = 0;
    for (int n = 1; n < 40; ++n) {
        const auto outcome = train.edge(mono(n * 1s));
        CHECK(outcome.verdict != Verdict::glitch);
        CHECK(outcome.verdict != Verdict::noisy);
        if (outcome.verdict != Verdict::used) continue;
        CHECK(outcome.pulse.ordinal == n);
        CHECK_FALSE(outcome.restarted);
        longest = std::max<Nanos>(longest, (n - last_used) * 1s);
        last_used = n;
    }
    CHECK(last_used == 39);
    return longest;
}

} // namespace

TEST_CASE("a clock that begins or ends to slew starves nobody for more than 5 s") {
    const std::initializer_list<double> rates{1 - 0.083333, 0.99,  0.998, 0.9995,      1.0,
                                              1.0005,       1.002, 1.01,  1 + 0.083333};
    for (const double before : rates)
        for (const double after : rates)
            for (const Nanos phase : Lengths{0ms, 1ms, 100ms, 500ms, 900ms, 999ms})
                CHECK(longest_starved({before, after, 12s + phase}) <= 5s);
}

TEST_CASE("a rate that changes with every pulse is followed by every third") {
    Train train;
    CHECK(train.after(1010ms).verdict == Verdict::off_beat);
    CHECK(train.after(2030ms).verdict == Verdict::off_beat);
    const auto third = train.after(3060ms);
    CHECK(third.verdict == Verdict::used);
    CHECK(third.pulse.ordinal == 8);
    CHECK(train.period() == 1030ms);
}

TEST_CASE("a slower clock starves nobody: at any rate up to slewing's limit") {
    for (const std::int64_t ppm : {10, 20, 50, 100, 500, 1000, 1999, 2001, 10000, 83333}) {
        for (const std::int64_t sign : {1, -1}) {
            CAPTURE(ppm * sign);
            Train train{300};
            int starved = 0, longest = 0;
            for (int n = 1; n <= 60; ++n) {
                const auto outcome = train.after(n * (1s + sign * ppm * Nanos{1us}));
                CHECK_FALSE(outcome.restarted);
                starved = outcome.verdict == Verdict::used ? 0 : starved + 1;
                longest = std::max(longest, starved);
            }
            CHECK(longest <= 4); // a used one again within 5 s
            CHECK(starved == 0);
        }
    }
}

TEST_CASE("edges that are late all the time are not starved for more than 5 s") {
    Train train{300};
    int starved = 0, longest = 0;
    for (int n = 1; n <= 600; ++n) {
        const Nanos latency = (n * 7919 % 17) * Nanos{40us};
        const auto outcome = train.after(n * 1s + latency);
        CHECK_FALSE(outcome.restarted);
        starved = outcome.verdict == Verdict::used ? 0 : starved + 1;
        longest = std::max(longest, starved);
    }
    CHECK(longest <= 4);
}

TEST_CASE("a slew that begins just before a pulse is followed from its third edge on") {
    // 1.3 ms late at first, which looks like an interrupt; then 9 ms a second.
    Train train{300};
    CHECK(train.after(1s + 1300us).verdict == Verdict::late_edge);
    CHECK(train.after(2s + 1300us + 9ms).verdict == Verdict::off_beat);
    const auto third = train.after(3s + 1300us + 18ms);
    CHECK(third.verdict == Verdict::used);
    CHECK_FALSE(third.restarted);
    CHECK(third.pulse.ordinal == 303);
    CHECK(train.after(4s + 1300us + 27ms).verdict == Verdict::used);
}

TEST_CASE("two interrupts that come late, one by more than the beat, are no new rate") {
    Train train{300};
    CHECK(train.after(1s + 1300us).verdict == Verdict::late_edge);
    CHECK(train.after(2s + 2500us).verdict == Verdict::off_beat);
    const auto good = train.after(3s);
    CHECK(good.verdict == Verdict::used);
    CHECK(good.pulse.ordinal == 303);
}
