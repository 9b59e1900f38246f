#include "daemon/pipeline/pulse_input.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/fakes.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::EdgeRule;
using discipline::Verdict;

namespace {

constexpr Nanos raw_minus_mono = 7s;

struct Fixture {
    explicit Fixture(EdgeRule rule, Nanos delay = 0ns, LogLevel level = LogLevel::info,
                     std::optional<Nanos> irq = {}, Poll poll = Poll::no)
        : log{level, true}, input{rule, {delay, irq}, poll, clock, log} {}

    void add(MonoTime t, Polarity polarity = Polarity::rising,
             std::optional<std::uint32_t> generation = {}) {
        oscillator.note(t, raw_minus_mono);
        input.add({t, polarity, generation}, oscillator, keeper);
    }
    /// The edges of that many seconds, from the n-th on.
    void line(std::int64_t n, std::int64_t count, Nanos high) {
        for (; count > 0; --count, ++n) {
            add(first_mono + std::chrono::seconds{n}, Polarity::rising);
            add(first_mono + std::chrono::seconds{n} + high, Polarity::falling);
        }
    }
    [[nodiscard]] std::uint64_t count(Verdict verdict) const { return input.counters()[verdict]; }

    FakeClock clock;
    Capture err;
    Log log;
    discipline::Oscillator oscillator;
    discipline::Timekeeper keeper{discipline::Timekeeper::Settings{}};
    PulseInput input;
};

/// Where the flywheel has the pulses' second: its time at that instant, less whole seconds.
Nanos phase_at(const Fixture& f, MonoTime t) {
    const auto wheel = f.keeper.wheel().at(OscTime::from_ns((t + raw_minus_mono).ns()));
    const Nanos part{wheel.ns() % 1'000'000'000};
    return part > 500ms ? part - 1s : part;
}

} // namespace

TEST_CASE("regular edges find the phase: the last of them is the first pulse") {
    Fixture f{EdgeRule::rising};
    for (int n = 0; n < edges_to_find; ++n) {
        CHECK_FALSE(f.input.last_pulse());
        f.add(first_mono + n * 1s);
    }
    CHECK(f.input.last_pulse() == first_mono + (edges_to_find - 1) * 1s);
    CHECK(f.count(Verdict::off_beat) == edges_to_find - 1);
    CHECK(f.count(Verdict::used) == 1);
    CHECK(phase_at(f, first_mono + 9s) == 0ns);
}

TEST_CASE("the delay is subtracted, however long") {
    for (const Nanos delay : {Nanos{50us}, Nanos{-50us}, Nanos{500ms}, Nanos{-500ms}}) {
        Fixture f{EdgeRule::rising, delay};
        for (int n = 0; n < 8; ++n)
            f.add(first_mono + n * 1s);
        CHECK(phase_at(f, first_mono + 7s - delay) == 0ns);
        CHECK(f.input.last_pulse() == first_mono + 7s); // when it came
    }
}

TEST_CASE("a pulse that the receiver said to be early, within the second before it, is corrected") {
    struct Said {
        Nanos before; // the pulse
        bool counts;
    };
    for (const auto& [before, counts] :
         {Said{1ns, true}, {1s, true}, {0ns, false}, {-1ns, false}, {1s + 1ns, false}}) {
        CAPTURE(before.count());
        Fixture f{EdgeRule::rising};
        const PulseEdge edge{first_mono, Polarity::rising, {}};
        f.input.timing().note_early(first_mono - before, 7ns);
        CHECK(f.input.timing().delay_of(edge) == (counts ? -7ns : 0ns));
    }
    Fixture f{EdgeRule::rising, 50ns, LogLevel::info, 2000ns};
    f.input.timing().note_early(first_mono - 900ms, -4ns);
    CHECK(f.input.timing().delay_of({first_mono, Polarity::rising, {}}) == 2054ns);
}

TEST_CASE("the rule says which edge leads; the other one is trailing") {
    Fixture rising{EdgeRule::rising};
    rising.line(0, 9, 100ms);
    CHECK(rising.count(Verdict::trailing) == 9);
    CHECK(phase_at(rising, first_mono + 8s) == 0ns);
    Fixture falling{EdgeRule::falling};
    falling.line(0, 9, 100ms);
    CHECK(falling.count(Verdict::trailing) == 9);
    CHECK(phase_at(falling, first_mono + 8100ms) == 0ns);
}

TEST_CASE("a stamp of a generation that is over is dropped") {
    Fixture f{EdgeRule::rising};
    for (int n = 0; n < edges_to_find; ++n)
        f.add(first_mono + n * 1s, Polarity::rising, 0);
    CHECK(f.count(Verdict::used) == 1);
    f.clock.step(1s);
    f.add(first_mono + edges_to_find * 1s, Polarity::rising, 0);
    CHECK(f.count(Verdict::stale_generation) == 1);
    f.add(first_mono + (edges_to_find + 1) * 1s, Polarity::rising, 1);
    f.add(first_mono + (edges_to_find + 2) * 1s,
          Polarity::rising); // stamped on MONOTONIC: always good
    CHECK(f.count(Verdict::used) == 3);
    CHECK(f.count(Verdict::stale_generation) == 1);
}

TEST_CASE("an edge that was read more than 0.25 s after it came has no time on the oscillator") {
    for (const Nanos late : {Nanos{250ms}, Nanos{250ms + 1ns}}) {
        Fixture f{EdgeRule::rising};
        f.oscillator.note(first_mono + late, raw_minus_mono);
        f.input.add({first_mono, Polarity::rising, {}}, f.oscillator, f.keeper);
        CHECK(f.count(Verdict::read_late) == (late == 250ms ? 0 : 1));
        CHECK(f.input.why_no_pulse(first_mono).reason ==
              (late == 250ms ? NoPulse::Reason::few : NoPulse::Reason::read_late));
    }
}

TEST_CASE("an edge of before the machine slept is none") {
    for (const Nanos before : {Nanos{1ns}, Nanos{0ns}}) {
        Fixture f{EdgeRule::rising};
        f.input.begin_anew(first_mono);
        f.add(first_mono - before);
        CHECK(f.count(Verdict::out_of_order) == (before == 0ns ? 0 : 1));
    }
}

TEST_CASE("a polled edge needs no other edge to lead, and its bound is known by its time") {
    Fixture f{EdgeRule::automatic, 50ns};
    f.line(0, 10, 100ms);
    const auto used = f.count(Verdict::used);
    for (int n = 10; n < 20; ++n) { // of one polarity only
        PulseEdge edge{first_mono + n * 1s, Polarity::rising, {}};
        edge.stamping = n % 2 == 0 ? Stamping::polled : Stamping::awaited;
        edge.bound = n % 2 == 0 ? Nanos{600 + n} : 0ns;
        f.oscillator.note(edge.time, raw_minus_mono);
        CHECK(f.input.add(edge, f.oscillator, f.keeper) == Verdict::used);
    }
    CHECK(f.count(Verdict::used) == used + 10);
    CHECK(f.input.timing().bound_of(first_mono + 18s - 50ns) == Nanos{618});
    // By an interrupt: the median of the bounds before, and interrupts here don't vary.
    CHECK(f.input.timing().bound_of(first_mono + 19s - 50ns) == 614ns);
    CHECK_FALSE(f.input.timing().bound_of(first_mono + 18s));
}

TEST_CASE("interrupts' stamps are corrected by what polling shows, or by irq-delay") {
    for (const std::optional<Nanos> told : {std::optional<Nanos>{}, {Nanos{2000}}}) {
        Fixture f{EdgeRule::rising, 0ns, LogLevel::info, told};
        for (int n = 0; n < 40; ++n) {
            PulseEdge edge{first_mono + n * 1s, Polarity::rising, {}};
            edge.stamping = n % 2 == 0 ? Stamping::polled : Stamping::awaited;
            edge.bound = 500ns;
            if (n % 2 != 0) edge.time = edge.time + 3000ns;
            f.oscillator.note(edge.time, raw_minus_mono);
            f.input.add(edge, f.oscillator, f.keeper);
        }
        CHECK(f.input.timing().irq_delay() == told.value_or(3000ns));
        CHECK(f.input.timing().irq_lateness().median() == 3000ns);
    }
}

TEST_CASE("a stretched edge is no pulse, but the interrupt's stamp of it is one, corrected") {
    for (const bool stamped : {false, true}) {
        Fixture f{EdgeRule::rising};
        for (int n = 0; n < 10; ++n)
            f.add(first_mono + n * 1s);
        const auto used = f.count(Verdict::used);
        PulseEdge edge{first_mono + 10s, Polarity::rising, {}};
        edge.stamping = Stamping::polled;
        edge.bound = 251us;
        if (stamped) edge.interrupt = first_mono + 10s + 4us;
        f.oscillator.note(edge.time, raw_minus_mono);
        const auto verdict = f.input.add(edge, f.oscillator, f.keeper);
        CHECK(verdict == (stamped ? Verdict::used : Verdict::stretched));
        CHECK(f.count(Verdict::stretched) == 1);
        CHECK(f.count(Verdict::used) == used + (stamped ? 1 : 0));
        CHECK_FALSE(f.input.timing().bound_of(first_mono + 10s));
    }
}

TEST_CASE("the next edge is awaited on the line, a delay after its second") {
    Fixture f{EdgeRule::falling, 5us, LogLevel::info, {}, Poll::automatic};
    for (int n = 0; n < 30; ++n)
        f.add(first_mono + n * 1s, Polarity::falling);
    const OscTime now = OscTime::from_ns((first_mono + 29s + raw_minus_mono).ns());
    for (const Nanos after : {Nanos{-1ms}, Nanos{100us}, Nanos{899ms}}) { // it may have come early
        const auto edge = f.input.await(now + after, f.keeper);
        REQUIRE(edge);
        CHECK(std::chrono::abs(edge->due - (now + 1s)) < 10ns);
        CHECK(edge->polarity == Polarity::falling);
    }
}

namespace {

/// Awaits the n-th edge and adds it as it comes then; by an interrupt, it is 3 us late. stands_in:
/// the poller was stalled.
std::optional<AwaitedEdge> as_awaited(Fixture& f, std::int64_t n, bool stands_in = false) {
    const MonoTime before = first_mono + std::chrono::seconds{n - 1};
    const auto awaited = f.input.await(OscTime::from_ns((before + raw_minus_mono).ns()), f.keeper);
    const bool polled = awaited && awaited->polled();
    PulseEdge edge{before + 1s + (polled ? 0ns : 3000ns), Polarity::rising, {}};
    edge.stamping = !awaited ? Stamping::interrupt : polled ? Stamping::polled : Stamping::awaited;
    edge.bound = stands_in ? 251us : polled ? 500ns : 0ns;
    if (stands_in) edge.interrupt = edge.time + 3000ns;
    f.oscillator.note(edge.time, raw_minus_mono);
    f.input.add(edge, f.oscillator, f.keeper);
    return awaited;
}

} // namespace

TEST_CASE("the third pulse that is used is polled, and a minute measures interrupts seven times") {
    Fixture f{EdgeRule::rising, 0ns, LogLevel::info, {}, Poll::automatic};
    std::int64_t n = 0;
    while (f.count(Verdict::used) < 2)
        CHECK_FALSE(as_awaited(f, n++));
    for (int seconds = 0; seconds < 60; ++seconds)
        REQUIRE(as_awaited(f, n++));
    CHECK(f.input.timing().irq_lateness().count() == 7);
    CHECK(f.input.timing().irq_delay() == 3000ns);
}

TEST_CASE("an interrupt's stamp that stands in for a polled edge measures nothing") {
    Fixture f{EdgeRule::rising, 0ns, LogLevel::info, {}, Poll::automatic};
    std::int64_t n = 0;
    while (n < 100)
        as_awaited(f, n++);
    for (; n < 200; ++n)
        REQUIRE(as_awaited(f, n, n % 4 == 0)->polled());
    CHECK(f.count(Verdict::stretched) == 25);
    CHECK(f.input.timing().irq_lateness().count() == 7);
}

TEST_CASE(
    "what stands in for an edge that polling didn't find is a pulse, as late as interrupts are") {
    Fixture f{EdgeRule::rising, 0ns, LogLevel::info, {}, Poll::automatic};
    std::int64_t n = 0;
    while (n < 100)
        as_awaited(f, n++);
    const MonoTime second = first_mono + std::chrono::seconds{n};
    PulseEdge edge{second + 3000ns, Polarity::rising, {}};
    edge.stamping = Stamping::stand_in;
    f.oscillator.note(edge.time, raw_minus_mono);
    CHECK(f.input.timing().delay_of(edge) == 3000ns);
    CHECK(f.input.add(edge, f.oscillator, f.keeper) == Verdict::used);
    CHECK(std::chrono::abs(phase_at(f, second)) < 10ns);
    CHECK(f.input.timing().bound_of(second) == 500ns); // a polled one's: interrupts don't vary
}

TEST_CASE("auto finds the edge that starts the shorter part, and says the width") {
    Fixture f{EdgeRule::automatic};
    f.line(0, 10, 100ms);
    CHECK(f.err.has("<6>pulses: 0.100000 s wide"));
    CHECK_FALSE(f.err.has("edge = rising"));
    CHECK(phase_at(f, first_mono + 9s) == 0ns);
    CHECK(f.input.width() == 100ms);
}

TEST_CASE("auto that takes the falling edge says so, once, and when that would be wrong") {
    Fixture f{EdgeRule::automatic};
    f.line(0, 10, 900ms);
    f.line(11, 10, 100ms);
    f.line(22, 10, 900ms);
    CHECK(f.err.count("<5>pulses: low for 0.100 s of each second, so edge = auto takes the falling "
                      "edge; a receiver whose pulse is high for most of the second needs edge = "
                      "rising\n") == 1);
    CHECK(phase_at(f, first_mono + 31s + 900ms) == 0ns);
    Fixture told{EdgeRule::falling};
    told.line(0, 10, 900ms);
    CHECK(told.err.text().empty());
}

TEST_CASE("auto that can't tell refuses, and names the option, once") {
    Fixture square{EdgeRule::automatic};
    square.line(0, 30, 500ms);
    CHECK(square.count(Verdict::used) == 0);
    CHECK(square.count(Verdict::square) > 0);
    CHECK(square.err.count("<4>pulses: as long high as low") == 1);
    CHECK(square.err.has("set edge = rising"));
    CHECK(square.input.why_no_pulse(first_mono + 30s).reason == NoPulse::Reason::square);
    Fixture one{EdgeRule::automatic};
    for (int n = 0; n < 30; ++n)
        one.add(first_mono + std::chrono::seconds{n});
    CHECK(one.count(Verdict::used) == 0);
    CHECK(one.count(Verdict::one_polarity) > 0);
    CHECK(one.err.count("<4>pulses: only one polarity arrives") == 1);
    CHECK(one.err.has("set edge = rising"));
    CHECK(one.input.why_no_pulse(first_mono + 30s).reason == NoPulse::Reason::one_polarity);
}

TEST_CASE("pulses are missing 3 s after the next one was due, as far apart as the last two were") {
    struct Row {
        Nanos apart;
        Nanos missing;
    };
    for (const Row& row : {Row{1s, 4s}, Row{2s, 5s}, Row{5s, 8s}}) {
        Fixture f{EdgeRule::rising};
        CHECK_FALSE(f.input.missing_from());
        for (int n = 0; n < 8; ++n)
            f.add(first_mono + n * row.apart);
        CHECK(f.input.last_pulse() == first_mono + 7 * row.apart);
        CHECK(f.input.missing_from() == first_mono + 7 * row.apart + row.missing);
    }
    Fixture gap{EdgeRule::rising};
    for (int n = 0; n < 8; ++n)
        gap.add(first_mono + n * 1s);
    gap.add(first_mono + 60s);
    CHECK(gap.input.missing_from() == first_mono + 68s);
    gap.input.begin_anew(first_mono + 61s);
    CHECK_FALSE(gap.input.missing_from());
}

TEST_CASE("what is dropped is in the debug log with its numbers; trailing edges are not") {
    Fixture f{EdgeRule::rising, 0ns, LogLevel::debug};
    for (int n = -4; n < 4; ++n)
        f.add(first_mono + n * 1s);
    f.add(first_mono + 3s + 5ms);
    f.add(first_mono + 3s + 100ms, Polarity::falling);
    f.add(first_mono + 3s + 300ms);
    const std::string text = f.err.text();
    CHECK(text.find("<7>edge at 1003005000000 ns (rising): glitch, 5000000 ns off\n") !=
          std::string::npos);
    CHECK(text.ends_with("<7>edge at 1003300000000 ns (rising): off-beat, 300000000 ns off\n"));
    CHECK_FALSE(f.err.has("falling"));
    CHECK(f.count(Verdict::glitch) == 1);
}
