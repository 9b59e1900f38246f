// Which seconds count as missed, and what is said of them.
#include "daemon/pipeline/missed_pulses.hpp"

#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::Verdict;
using Instead = MissedPulses::Instead;

namespace {

constexpr MonoTime zero = MonoTime::from_ns(77'000'000'000);

MonoTime at(std::int64_t second) {
    return zero + std::chrono::seconds{second};
}

/// A pulse each second whose sample went out, but for those that are divisible by `gap`.
class Pulses {
  public:
    explicit Pulses(bool counts = true) : missed{counts} {}
    void run(std::int64_t first, std::int64_t count, std::int64_t gap = 100'000) {
        for (auto n = first; n < first + count; ++n)
            if (n % gap != 0 || n == 0) good(n);
    }
    void good(std::int64_t n) {
        missed.edge(at(n), Verdict::used);
        missed.sample(at(n), Verdict::used);
    }
    MissedPulses missed;
};

} // namespace

TEST_CASE("nothing is missed before the first lock, or where nothing is wanted") {
    Pulses never;
    never.missed.edge(at(0), Verdict::off_beat);
    never.missed.unlocked(at(3));
    CHECK(never.missed.count(at(500)) == 0);
    CHECK(never.missed.lately(at(500)).due == 0);
    Pulses unwanted{false};
    unwanted.missed.locked(at(0));
    unwanted.run(1, 3);
    CHECK(unwanted.missed.count(at(500)) == 0);
    CHECK(unwanted.missed.lately(at(500)).due == 0);
}

TEST_CASE("each second has its sample: none is missed, whenever one asks") {
    Pulses p;
    for (std::int64_t n = 0; n < 300; ++n) {
        p.good(n);
        for (const Nanos later : {0ms, 20ms, 999ms}) {
            CHECK(p.missed.count(at(n) + later) == 0);
            CHECK(p.missed.lately(at(n) + later).missed == 0);
        }
    }
    CHECK(p.missed.lately(at(299)).due == MissedPulses::window);
}

TEST_CASE("a second is missed from 4 s after it on, and then for good") {
    Pulses p;
    p.run(0, 10);
    CHECK(p.missed.count(at(10) + 4s - 1ns) == 0);
    CHECK(p.missed.count(at(10) + 4s) == 1);
    CHECK(p.missed.count(at(20) + 4s) == 11);
    p.good(30);
    CHECK(p.missed.count(at(30) + 300ms) == 17); // to 26
    CHECK(p.missed.count(at(33)) == 20);
    p.run(31, 1000);
    CHECK(p.missed.count(at(1030)) == 20);
}

TEST_CASE("one that comes after a gap, not yet due, is no gain") {
    Pulses p;
    p.run(0, 2);
    p.good(5);
    CHECK(p.missed.count(at(5)) == 0); // 2 to 4 are not due
    CHECK(p.missed.count(at(6)) == 1);
    CHECK(p.missed.count(at(8)) == 3);
}

TEST_CASE("the lock without a sample begins it too") {
    MissedPulses missed{true};
    missed.locked(at(0) + 120ms);
    CHECK(missed.count(at(3) + 120ms) == 0);
    CHECK(missed.count(at(4) + 120ms) == 1);
    missed.sample(at(5), Verdict::used);
    CHECK(missed.count(at(9)) == 5);
}

TEST_CASE("a clock that runs 100 ppm wrong, and pulses that jitter, miss nothing in a day") {
    MissedPulses missed{true};
    MonoTime t = zero;
    for (int n = 0; n < 86400; ++n, t = t + 1s + 100us)
        missed.sample(t + (n % 3) * 50ms, Verdict::used);
    CHECK(missed.count(t) == 0);
    CHECK(missed.count(t + 100s) == 96);
}

TEST_CASE("a machine that slept missed those seconds") {
    Pulses p;
    p.run(0, 10);
    p.missed.slept(3600s);
    p.good(10);
    CHECK(p.missed.count(at(14)) == 3600);
    CHECK(p.missed.lately(at(14)).missed == 119);
}

TEST_CASE("three of 120 are noticeable, two are not; what is older is forgotten") {
    Pulses p;
    p.run(0, 120, 50); // 50, 100
    CHECK(p.missed.lately(at(119)).missed == 2);
    CHECK(p.missed.lately(at(119)).due == 116);
    p.run(120, 54, 50); // 150
    CHECK(p.missed.lately(at(173)).due == 120);
    CHECK(p.missed.lately(at(173)).missed == 3); // 50 to 169
    CHECK(p.missed.lately(at(174)).missed == 2);
    CHECK(p.missed.count(at(177)) == 3);
}

TEST_CASE("what came in their place") {
    const auto of = [](auto&& third) {
        Pulses p;
        for (std::int64_t n = 0; n < 130; ++n)
            if (n % 3 == 0 && n > 0)
                third(p.missed, at(n));
            else
                p.good(n);
        return p.missed.lately(at(133));
    };
    const auto edge = [](Verdict verdict) {
        return [verdict](MissedPulses& missed, MonoTime t) { missed.edge(t, verdict); };
    };
    const auto sample = [](Verdict verdict) {
        return [verdict](MissedPulses& missed, MonoTime t) {
            missed.edge(t, Verdict::used);
            missed.sample(t, verdict);
        };
    };
    const auto none = of([](MissedPulses&, MonoTime) {});
    CHECK(none.missed == 40);
    CHECK(none.most == Instead::nothing);
    CHECK(none.by_most == 40);
    CHECK(of(edge(Verdict::trailing)).most == Instead::nothing);
    for (const Verdict noise : {Verdict::off_beat, Verdict::noisy, Verdict::glitch})
        CHECK(of(edge(noise)).most == Instead::noise);
    for (const Verdict late : {Verdict::used, Verdict::late_edge, Verdict::read_late,
                               Verdict::out_of_order, Verdict::stale_generation})
        CHECK(of(edge(late)).most == Instead::late);
    for (const Verdict late : {Verdict::too_late, Verdict::clock_stepped, Verdict::out_of_order})
        CHECK(of(sample(late)).most == Instead::late);
    CHECK(of(sample(Verdict::not_taken)).most == Instead::untaken);
    CHECK(of(sample(Verdict::not_taken)).missed == 40);
    CHECK(of(sample(Verdict::used)).missed == 0);
}

TEST_CASE("most of them, and noise beside a pulse that was published is nothing") {
    Pulses p;
    for (std::int64_t n = 0; n < 130; ++n) {
        if (n > 120) { // nine missed: five with noise, four with nothing
            if (n % 2 != 0) p.missed.edge(at(n) + 400ms, Verdict::off_beat);
            continue;
        }
        p.good(n);
        p.missed.edge(at(n) + 300ms, Verdict::off_beat);
    }
    const auto lately = p.missed.lately(at(133));
    CHECK(lately.missed == 9);
    CHECK(lately.most == Instead::noise);
    CHECK(lately.by_most == 5);
}

TEST_CASE("while it is not locked, that is why") {
    Pulses p;
    p.run(0, 50);
    p.missed.unlocked(at(53)); // 50 to 52 have nothing
    for (std::int64_t n = 56; n < 60; ++n)
        p.missed.edge(at(n), Verdict::used);
    p.missed.locked(at(60) + 120ms);
    p.run(61, 100);
    const auto lately = p.missed.lately(at(100));
    CHECK(lately.missed == 11);
    CHECK(lately.most == Instead::unlocked);
    CHECK(lately.by_most == 8);
    CHECK(p.missed.count(at(100)) == 11);
}

TEST_CASE("unlocked for longer than the window") {
    Pulses p;
    p.run(0, 50);
    p.missed.unlocked(at(54));
    p.missed.locked(at(5000));
    p.run(5001, 20);
    const auto lately = p.missed.lately(at(5020));
    CHECK(lately.missed == 104);
    CHECK(lately.most == Instead::unlocked);
    CHECK(lately.by_most == 104);
}

TEST_CASE("a receiver with a pulse every few seconds is no wire that fails") {
    for (const std::int64_t every : {1, 2, 5}) {
        Pulses p;
        for (std::int64_t n = 0; n < 300; n += every)
            p.good(n);
        CHECK(p.missed.lately(at(299) + 4s).every == every);
        // Three samples tell it; and then one of them must not be overdue.
        Pulses few;
        few.good(0);
        few.good(every);
        CHECK(few.missed.lately(at(every) + 4s).every == 0);
        few.good(2 * every);
        CHECK(few.missed.lately(at(2 * every) + 4s).every == every);
        CHECK(few.missed.lately(at(3 * every) + 4s - 1ns).every == every);
        CHECK(few.missed.lately(at(3 * every) + 4s).every == 0);
    }
    Pulses irregular;
    for (const std::int64_t n : {0, 2, 4, 6, 9, 11})
        irregular.good(n);
    CHECK(irregular.missed.lately(at(16)).every == 0);
    CHECK(explanation({120, 60, Instead::nothing, 60, 2}) ==
          "samples are published, but only every 2 s, because a pulse comes every 2 s; set the "
          "receiver's time pulse to one a second");
    CHECK(explanation({120, 60, Instead::late, 60, 2}).find("too late") != std::string::npos);
}

TEST_CASE("the words: how many, why, and what would help") {
    CHECK(explanation({120, 12, Instead::nothing, 11, 0}) ==
          "samples are published, but 12 of the last 120 are missing; for 11 of them no edge came; "
          "look at the antenna, the PPS wire, and the receiver's time pulse settings (one a "
          "second)");
    CHECK(explanation({40, 3, Instead::unlocked, 3, 0})
              .find("3 of the last 40 are missing; for all 3 "
                    "of them ppsd was not locked") != std::string::npos);
    std::vector<std::string> texts;
    for (auto i = Instead::nothing; i < Instead::count_;
         i = static_cast<Instead>(static_cast<int>(i) + 1)) {
        CHECK_FALSE(name(i).empty());
        for (const std::string& other : texts)
            CHECK(other != explanation({120, 12, i, 12, 0}));
        texts.push_back(explanation({120, 12, i, 12, 0}));
    }
    CHECK(name(Instead::count_).empty());
}

TEST_CASE("pipeline: locked, but each tenth pulse is missing") {
    Bench b;
    for (std::int64_t n = 0; n < 200; ++n) {
        if (n < 50 || n % 10 != 0) b.edge(b.begin(n));
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n)));
        const bool early = n < 70 + 4; // 50, 60 and 70 are missed
        if (n < 10) continue;
        CHECK(b.pipeline.state() == State::locked);
        CHECK((b.pipeline.explanation(b.clock.now()).text == explanation(State::locked)) == early);
    }
    CHECK(b.pipeline.missed(b.clock.now()) == 15);
    CHECK(b.pipeline.explanation(b.clock.now()).reason == "no-edge");
    CHECK_FALSE(b.pipeline.last_unlock());
    CHECK(b.err.count("locked: ") == 1);
}

TEST_CASE("pipeline: pulses stop and come back") {
    Bench b;
    b.seconds(0, 30);
    CHECK_FALSE(b.pipeline.last_unlock());
    b.sentences(30, 30);
    REQUIRE(b.pipeline.last_unlock());
    CHECK(b.pipeline.last_unlock()->to == State::no_pulses);
    CHECK(b.pipeline.last_unlock()->text.find("no edge comes on the line") != std::string::npos);
    CHECK(b.pipeline.last_unlock()->at > b.begin(33));
    CHECK(b.pipeline.last_unlock()->at <= b.begin(33) + 1ms);
    CHECK_FALSE(b.pipeline.last_unlock()->until);
    b.seconds(60, 30);
    REQUIRE(b.pipeline.state() == State::locked);
    REQUIRE(b.pipeline.last_unlock()->until);
    CHECK(*b.pipeline.last_unlock()->until >= b.begin(60));
    CHECK(*b.pipeline.last_unlock()->until < b.begin(70));
    CHECK(b.pipeline.missed(b.clock.now()) >= 30);
    CHECK(b.pipeline.missed(b.clock.now()) < 40);
    const StateText said = b.pipeline.explanation(b.clock.now());
    CHECK(said.reason == "unlocked");
    CHECK(b.err.count("locked: each pulse's second is known") == 2);
}

TEST_CASE("pipeline: without pulses, or with no output for them, nothing is missed") {
    PipelineSettings with = settings();
    with.pulses = false;
    Bench b{with};
    b.sentences(0, 60);
    CHECK(b.pipeline.missed(b.clock.now()) == 0);
    CHECK(b.pipeline.explanation(b.clock.now()).reason.empty());
}

TEST_CASE("pipeline: holdover is no unlock, its end is") {
    Bench b;
    b.seconds(0, 30);
    b.pulses(30, 8);
    CHECK(b.pipeline.state() == State::holdover);
    CHECK_FALSE(b.pipeline.last_unlock());
    b.pulses(38, 10);
    REQUIRE(b.pipeline.last_unlock());
    CHECK(b.pipeline.last_unlock()->to == State::no_bytes);
}

TEST_CASE("pipeline: a clock that is set, and another numbering, are counted") {
    Bench b;
    b.seconds(0, 30);
    CHECK(b.pipeline.clock_steps() == 0);
    b.clock.step(5s);
    b.seconds(30, 5);
    CHECK(b.pipeline.clock_steps() == 1);
    CHECK(b.pipeline.renumbered() == 0);
    for (std::int64_t n = 35; n < 300; ++n) {
        b.edge(b.begin(n));
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n + 7)));
    }
    CHECK(b.pipeline.renumbered() == 1);
    CHECK(b.err.count("the receiver now numbers the seconds +7 s") == 1);
}
