#include "daemon/pipeline/clock_check.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace ppsd::app;
using namespace hal;
using Word = ClockCheck::Word;

namespace {

MonoTime at(Nanos t) {
    return MonoTime::from_ns(1'000'000'000'000) + t;
}

/// A check with a sample a second: what is not withheld is published.
struct Station {
    explicit Station(Trust trust = Trust::clock, bool published_before = false)
        : check{trust, published_before} {}

    ClockCheck::Outcome sample(Nanos ahead, bool synchronised) {
        now += 1s;
        const ClockCheck::Comparison comparison{at(now), ahead, -500ms, 500ms};
        if (check.asks_kernel(comparison)) ++asked;
        const auto outcome = check.judge(comparison, synchronised);
        if (!outcome.withhold) check.published(ahead);
        return outcome;
    }
    [[nodiscard]] bool withholds(Nanos ahead, bool synchronised = true) {
        return sample(ahead, synchronised).withhold;
    }

    ClockCheck check;
    Nanos now{0};
    int asked = 0;
};

} // namespace

TEST_CASE("a clock that was synchronised before anything was published is independent") {
    Station station;
    CHECK(station.withholds(-3s));
    CHECK(station.check.independent());
    CHECK(station.check.withholds());
    CHECK_FALSE(station.check.may_follow_us());
}

TEST_CASE("one that was not never is in this boot, whatever the kernel says later") {
    Station station;
    CHECK_FALSE(station.withholds(0s, false));
    CHECK(station.check.may_follow_us());
    CHECK_FALSE(station.withholds(0s, true));
    CHECK_FALSE(station.withholds(-3s, true));
    CHECK_FALSE(station.check.independent());
}

TEST_CASE("nor if it may follow a ppsd that ran before; then the kernel is not asked") {
    Station station{Trust::clock, true};
    CHECK_FALSE(station.withholds(-3s));
    CHECK_FALSE(station.check.independent());
    CHECK(station.check.may_follow_us());
    CHECK(station.asked == 0);
}

TEST_CASE("samples that agree leave it independent, and nothing has to be kept over a restart") {
    Station station;
    for (int i = 0; i < 1000; ++i)
        CHECK_FALSE(station.withholds(i % 2 == 0 ? 499ms : -499ms));
    CHECK(station.check.independent());
    CHECK_FALSE(station.check.may_follow_us());
    CHECK(station.asked < 20);
    CHECK(station.withholds(1s));
}

TEST_CASE("both sides of half a second, and of what ends a contradiction") {
    for (const Nanos ahead : {500ms, -500ms})
        CHECK_FALSE(Station{}.withholds(ahead));
    for (const Nanos ahead : {Nanos{500ms} + 1ns, Nanos{-500ms} - 1ns}) {
        Station station;
        CHECK(station.withholds(ahead));
        CHECK(station.withholds(ahead > 0ns ? 400ms + 1ns : -400ms - 1ns));
        CHECK_FALSE(station.withholds(ahead > 0ns ? 400ms : -400ms));
        CHECK_FALSE(station.withholds(ahead > 0ns ? 500ms : -500ms));
    }
}

TEST_CASE("a published sample that differs by more than half a second: the clock may follow it") {
    for (const Nanos off : {500ms, -500ms}) {
        ClockCheck check{Trust::receiver, false};
        CHECK(check.judge({at(0s), off}, true).word == Word::none);
        check.published(off);
        CHECK_FALSE(check.may_follow_us());
        check.published(off + (off > 0ns ? 1ns : -1ns));
        CHECK(check.may_follow_us());
        CHECK_FALSE(check.independent());
    }
}

TEST_CASE("a comparison has limits of its own") {
    ClockCheck check{Trust::clock, false};
    const auto withholds = [&](Nanos ahead) {
        return ClockCheck{check}.judge({at(0s), ahead, -600ms, 2s}, true).withhold;
    };
    CHECK_FALSE(withholds(2s));
    CHECK(withholds(2s + 1ns));
    CHECK_FALSE(withholds(-600ms));
    CHECK(withholds(-600ms - 1ns));
}

TEST_CASE("it is told when it begins, after 20 minutes, then each hour, and when it ends") {
    Station station;
    std::vector<std::pair<Nanos, Word>> told;
    const auto run = [&](Nanos ahead, Nanos until) {
        while (station.now < until) {
            const auto outcome = station.sample(ahead, true);
            if (outcome.word != Word::none) told.emplace_back(outcome.lasting, outcome.word);
        }
    };
    run(0s, 10s);
    run(-3s, 10s + 3h);
    run(0s, 20s + 3h);
    using Told = std::pair<Nanos, Word>;
    CHECK(told == std::vector{Told{0s, Word::begins}, Told{20min, Word::goes_on},
                              Told{80min, Word::goes_on}, Told{140min, Word::goes_on},
                              Told{3h, Word::agree}});
}

TEST_CASE("a daemon that is started again: the kernel's word holds for a while, not for ever") {
    Station station;
    CHECK_FALSE(station.withholds(0s));
    CHECK(station.withholds(-3s, false)); // it begins meanwhile
    while (station.now < ClockCheck::holds)
        CHECK(station.withholds(-3s, false));
    CHECK(station.withholds(-3s, true));
    for (Nanos t{1s}; t < ClockCheck::holds; t += 1s)
        CHECK(station.withholds(-3s, false));
    const auto outcome = station.sample(-3s, false);
    CHECK_FALSE(outcome.withhold);
    CHECK(outcome.word == Word::lapses);
    CHECK(station.check.may_follow_us()); // for it was published
    CHECK_FALSE(station.withholds(-3s, false));
    CHECK_FALSE(station.withholds(-3s, true));
}

TEST_CASE("a clock that is set is another one, until the kernel calls it synchronised again") {
    Station station;
    CHECK_FALSE(station.withholds(0s));
    station.check.clock_set();
    CHECK_FALSE(Station{station}.withholds(3600s, false));
    CHECK(station.withholds(3600s, true));
}

TEST_CASE("trust = receiver: told and published; when both agree again the clock proves nothing") {
    Station station{Trust::receiver};
    CHECK(station.sample(-3s, true).word == Word::begins);
    CHECK_FALSE(station.check.withholds());
    CHECK(station.check.may_follow_us());
    CHECK(station.sample(-3s, true).word == Word::none);
    CHECK(station.sample(0s, true).word == Word::agree); // it was set by what was published
    CHECK(station.sample(3s, true).word == Word::none);  // and now the receiver is right
}

TEST_CASE("trust = neither withholds as clock does") {
    CHECK(Station{Trust::neither}.withholds(1s));
}

TEST_CASE("after a suspend the clock goes by the board's, which proves nothing") {
    Station station;
    CHECK(station.withholds(-3s));
    station.check.slept();
    CHECK_FALSE(station.check.withholds());
    CHECK_FALSE(station.withholds(-3s));
    CHECK(station.check.may_follow_us());
}
