#include "daemon/pipeline/pulse_input.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/fakes.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::EdgeRule;
using discipline::Verdict;

namespace {

struct Fixture {
    explicit Fixture(EdgeRule rule, Nanos delay = 0ns, LogLevel level = LogLevel::info)
        : log{level, true}, input{rule, delay, clock, log} {}

    auto add(MonoTime t, Polarity polarity = Polarity::rising,
             std::optional<std::uint32_t> generation = {}) {
        return input.add({t, polarity, generation});
    }
    /// The edges of that many seconds, from the n-th on.
    void line(std::int64_t n, std::int64_t count, Nanos high) {
        for (; count > 0; --count, ++n) {
            (void)add(first_mono + std::chrono::seconds{n}, Polarity::rising);
            (void)add(first_mono + std::chrono::seconds{n} + high, Polarity::falling);
        }
    }
    [[nodiscard]] std::uint64_t count(Verdict verdict) const { return input.counters()[verdict]; }

    FakeClock clock;
    Capture err;
    Log log;
    PulseInput input;
};

} // namespace

TEST_CASE("pulses are numbered, and the first one restarts the train") {
    Fixture f{EdgeRule::rising};
    const auto first = f.add(first_mono);
    const auto third = f.add(first_mono + 2s); // one is missing
    REQUIRE(first);
    REQUIRE(third);
    CHECK(first->restarted);
    CHECK_FALSE(third->restarted);
    CHECK(third->pulse.ordinal - first->pulse.ordinal == 2);
    CHECK(f.count(Verdict::used) == 2);
}

TEST_CASE("the delay is subtracted") {
    CHECK(Fixture{EdgeRule::rising, 50ns}.add(first_mono)->pulse.time == first_mono - 50ns);
    CHECK(Fixture{EdgeRule::rising, -50ns}.add(first_mono)->pulse.time == first_mono + 50ns);
}

TEST_CASE("the rule says which edge leads; the other one is trailing") {
    Fixture rising{EdgeRule::rising};
    CHECK(rising.add(first_mono, Polarity::rising));
    CHECK_FALSE(rising.add(first_mono + 100ms, Polarity::falling));
    CHECK(rising.count(Verdict::trailing) == 1);
    Fixture falling{EdgeRule::falling};
    CHECK_FALSE(falling.add(first_mono, Polarity::rising));
    CHECK(falling.add(first_mono + 100ms, Polarity::falling));
}

TEST_CASE("a stamp of a generation that is over is dropped") {
    Fixture f{EdgeRule::rising};
    CHECK(f.add(first_mono, Polarity::rising, 0));
    f.clock.step(1s);
    CHECK_FALSE(f.add(first_mono + 1s, Polarity::rising, 0));
    CHECK(f.count(Verdict::stale_generation) == 1);
    CHECK(f.add(first_mono + 2s, Polarity::rising, 1));
    CHECK(f.add(first_mono + 3s, Polarity::rising)); // stamped on MONOTONIC: always good
    CHECK(f.count(Verdict::stale_generation) == 1);
}

TEST_CASE("auto finds the edge that starts the shorter part, and says the width") {
    Fixture f{EdgeRule::automatic};
    f.line(0, 10, 100ms);
    CHECK(f.err.has("<6>pulses: 0.100000 s wide"));
    CHECK(f.add(first_mono + 10s, Polarity::rising));
    CHECK_FALSE(f.add(first_mono + 10s + 100ms, Polarity::falling));
    Fixture low{EdgeRule::automatic};
    low.line(0, 10, 900ms);
    CHECK_FALSE(low.add(first_mono + 10s, Polarity::rising));
    CHECK(low.add(first_mono + 10s + 900ms, Polarity::falling));
}

TEST_CASE("auto that can't tell refuses, and names the option, once") {
    Fixture square{EdgeRule::automatic};
    square.line(0, 30, 500ms);
    CHECK(square.count(Verdict::used) == 0);
    CHECK(square.count(Verdict::square) > 0);
    CHECK(square.err.count("<4>pulses: as long high as low") == 1);
    CHECK(square.err.has("set edge = rising"));
    Fixture one{EdgeRule::automatic};
    for (int n = 0; n < 30; ++n)
        (void)one.add(first_mono + std::chrono::seconds{n});
    CHECK(one.count(Verdict::used) == 0);
    CHECK(one.count(Verdict::one_polarity) > 0);
    CHECK(one.err.count("<4>pulses: only one polarity arrives") == 1);
    CHECK(one.err.has("set edge = rising"));
}

TEST_CASE("what is dropped is in the debug log with its numbers; trailing edges are not") {
    Fixture f{EdgeRule::rising, 0ns, LogLevel::debug};
    (void)f.add(first_mono);
    (void)f.add(first_mono + 100ms, Polarity::falling);
    (void)f.add(first_mono + 300ms);
    CHECK(f.err.text() == "<7>edge at 1000300000000 ns (rising): glitch, 300000000 ns off\n");
    CHECK(f.count(Verdict::glitch) == 1);
}

TEST_CASE("precision is the pulses' scatter: a microsecond until it is known") {
    Fixture f{EdgeRule::rising};
    for (int n = 0; n < 7; ++n)
        (void)f.add(first_mono + std::chrono::seconds{n});
    CHECK(f.input.precision() == -20);
    (void)f.add(first_mono + 7s);
    CHECK(f.input.precision() == -30); // none at all, and -30 is the least that is said
    // Alternately 10 us early and late: 20 us from the middle of the neighbours. 2^-16 s are 15 us
    // and 2^-15 s 31 us.
    Fixture g{EdgeRule::rising};
    for (int n = 0; n < 64; ++n)
        (void)g.add(first_mono + std::chrono::seconds{n} + (n % 2 == 0 ? 10us : -10us));
    CHECK(g.input.precision() == -15);
    // A new train is another straight line.
    for (int n = 0; n < 7; ++n)
        (void)g.add(first_mono + 100s + std::chrono::seconds{n});
    CHECK(g.input.precision() == -20);
}
