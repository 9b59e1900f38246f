#include "daemon/discipline/pulse_train.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace ppsd::discipline;

namespace {

/// A train that has seen pulses at 0, 1, … `seconds` s.
class Train : public PulseTrain {
  public:
    explicit Train(int seconds = 5, Nanos period = 1s) : last{seconds * period} {
        for (int n = 0; n <= seconds; ++n)
            (void)edge(n * period);
    }
    Outcome edge(Nanos since) { return add(at(since)); }
    /// An edge so long after the last of the pulses that it began with.
    Outcome after(Nanos d) { return edge(last + d); }

    /// Three seconds full of edges; when the last of them was.
    Nanos noise(Nanos period) {
        Nanos since = last;
        for (int n = 1; n <= 3; ++n)
            for (int i = 0; i <= 5; ++i)
                (void)edge(since = last + n * period + i * 100ms);
        return since;
    }

    Nanos last;
};

} // namespace

TEST_CASE("the first edge begins a train") {
    PulseTrain train;
    const auto first = train.add(at(0ns));
    CHECK(first.verdict == Verdict::used);
    CHECK(first.restarted);
    CHECK(first.pulse.time == at(0ns));
    CHECK(first.pulse.ordinal == 0);
}

TEST_CASE("a second later is the next pulse") {
    PulseTrain train;
    for (int n = 0; n < 100; ++n) {
        const auto outcome = train.add(at(n * 1s));
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.restarted == (n == 0));
        CHECK(outcome.pulse.ordinal == n);
        CHECK(outcome.error == 0ns);
    }
    CHECK(train.period() == 1s);
}

TEST_CASE("a train that is noisy in its first second has to be clean for three") {
    PulseTrain train;
    CHECK(train.add(at(0s)).verdict == Verdict::used);
    CHECK(train.add(at(500ms)).verdict == Verdict::glitch);
    for (const int n : {1, 2, 3}) // seconds, the latter two of them clean
        CHECK(train.add(at(n * 1s)).verdict == Verdict::noisy);
    CHECK(train.add(at(4s)).verdict == Verdict::used);
}

TEST_CASE("two pulses a second: nothing after the first is used") {
    PulseTrain train;
    CHECK(train.add(at(0s)).verdict == Verdict::used);
    for (int n = 1; n < 1000; ++n)
        CHECK(train.add(at(n * 500ms)).verdict != Verdict::used);
}

TEST_CASE("on the beat is within 2 ms, to the nanosecond") {
    for (const Nanos error : Lengths{2ms, 2ms - 1ns, 0ns, -2ms + 1ns, -2ms}) {
        Train train;
        const auto outcome = train.after(1s + error);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.error == error);
        CHECK(outcome.pulse.ordinal == 6);
    }
    CHECK(Train{}.after(1s + 2ms + 1ns).verdict == Verdict::off_beat);
    CHECK(Train{}.after(1s - 2ms - 1ns).verdict == Verdict::off_beat);
}

TEST_CASE("0.917 to 1.083 s may be a second; nothing far from it is") {
    for (const Nanos second : Lengths{917ms, 1083ms, 910ms, 1090ms})
        CHECK(Train{}.after(second).verdict == Verdict::off_beat);
    CHECK(Train{}.after(910ms - 1ns).verdict == Verdict::glitch);
    CHECK(Train{}.after(1090ms + 1ns).verdict == Verdict::glitch);
    CHECK(Train{}.after(1820ms).verdict == Verdict::off_beat);
    CHECK(Train{}.after(1820ms - 1ns).verdict == Verdict::glitch);
    CHECK(Train{}.after(3270ms).verdict == Verdict::off_beat);
    CHECK(Train{}.after(3270ms + 1ns).verdict == Verdict::glitch);
    for (const Nanos far : Lengths{1ns, 20ms, 250ms, 500ms, 1500ms, 2500ms, 3500ms})
        CHECK(Train{}.after(far).verdict == Verdict::glitch);
}

TEST_CASE("a gap of more than 4 s begins anew, to the nanosecond") {
    for (const Nanos gap : Lengths{4s - 1ns, Nanos{4s}}) {
        const auto outcome = Train{}.after(gap);
        CHECK(outcome.verdict == Verdict::used);
        CHECK_FALSE(outcome.restarted);
        CHECK(outcome.pulse.ordinal == 9);
    }
    const auto anew = Train{}.after(4s + 1ns);
    CHECK(anew.verdict == Verdict::used);
    CHECK(anew.restarted);
    CHECK(anew.pulse.ordinal == 0);
}

TEST_CASE("backwards is out of order; more than 4 s backwards begins anew") {
    CHECK(Train{}.after(0ns).verdict == Verdict::out_of_order);
    CHECK(Train{}.after(-1ns).verdict == Verdict::out_of_order);
    CHECK(Train{}.after(-4s).verdict == Verdict::out_of_order);
    const auto anew = Train{}.after(-4s - 1ns);
    CHECK(anew.verdict == Verdict::used);
    CHECK(anew.restarted);
    Train train;
    CHECK(train.after(0ns).verdict == Verdict::out_of_order);
    CHECK(train.after(1s).pulse.ordinal == 6);
}

TEST_CASE("missing pulses are counted, at any rate that chronyd slews by") {
    for (const Nanos period : Lengths{917ms, 999'500us, 1000ms, 1000'500us, 1083ms}) {
        for (int missing = 1; (missing + 1) * period <= 4s; ++missing) {
            Train train{20, period};
            const auto outcome = train.after((missing + 1) * period);
            CHECK(outcome.verdict == Verdict::used);
            CHECK_FALSE(outcome.restarted);
            CHECK(outcome.pulse.ordinal == 21 + missing);
            CHECK(train.after((missing + 2) * period).pulse.ordinal == 22 + missing);
        }
    }
}

TEST_CASE("every second and every third pulse missing, for long") {
    Train train;
    std::int64_t used = 0;
    for (int n = 6; n < 1000; ++n) {
        if (n % 2 == 0 || n % 3 == 0) continue;
        const auto outcome = train.edge(n * 1s);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.pulse.ordinal == n);
        ++used;
    }
    CHECK(used == 331); // 1 and 5 of each six
}

TEST_CASE("a pulse that rings is one pulse") {
    for (const Nanos ring : Lengths{1ns, 1us, 20ms}) {
        Train train;
        for (int n = 6; n < 50; ++n) {
            const auto outcome = train.edge(n * 1s);
            CHECK(outcome.verdict == Verdict::used);
            CHECK(outcome.pulse.ordinal == n);
            CHECK(train.edge(n * 1s + ring).verdict == Verdict::glitch);
        }
    }
}

TEST_CASE("three glitches in a second are borne, four are not") {
    for (const int glitches : {3, 4}) {
        Train train;
        for (int i = 1; i <= glitches; ++i)
            (void)train.after(i * 1ms);
        CHECK(train.after(1s).verdict == (glitches == 3 ? Verdict::used : Verdict::noisy));
    }
}

TEST_CASE("a stray edge in two seconds running is borne, in three it is not") {
    Train train{0};
    const auto second = [&](int n, bool stray) {
        const auto outcome = train.edge(n * 1s);
        if (stray) CHECK(train.edge(n * 1s + 20ms + 1ns).verdict == Verdict::glitch);
        return outcome;
    };
    CHECK(second(1, true).verdict == Verdict::used);
    CHECK(second(2, true).verdict == Verdict::used);
    CHECK(second(3, false).verdict == Verdict::used);
    CHECK(second(4, true).verdict == Verdict::used);
    CHECK(second(5, true).verdict == Verdict::used);
    CHECK(second(6, true).verdict == Verdict::used);
    CHECK(second(7, false).verdict == Verdict::noisy);
    CHECK(second(8, false).verdict == Verdict::noisy);
    CHECK(second(9, false).verdict == Verdict::noisy);
    const auto clean = second(10, false); // the third clean second; the last used one was 6
    CHECK(clean.verdict == Verdict::used);
    CHECK(clean.pulse.ordinal == 10);
    CHECK_FALSE(clean.restarted);
}

TEST_CASE("noise for more than 4 s: ordinals counted in it mean nothing") {
    Train train{0};
    for (int n = 1; n <= 4; ++n) { // the last used one is 2
        (void)train.edge(n * 1s - 500ms);
        (void)train.edge(n * 1s);
    }
    CHECK(train.edge(5s).verdict == Verdict::noisy);
    CHECK(train.edge(6s).verdict == Verdict::noisy);
    const auto clean = train.edge(7s);
    CHECK(clean.verdict == Verdict::used);
    CHECK(clean.restarted);
}

TEST_CASE("two edges for each second, near to each other: no telling which") {
    Train train;
    for (int n = 6; n < 12; ++n) {
        CHECK(train.edge(n * 1s - 50ms).verdict != Verdict::used);
        CHECK(train.edge(n * 1s).verdict != Verdict::used);
    }
}

TEST_CASE("after noise, 0.7 s of silence and an edge off the beat: the beat begins anew") {
    constexpr Nanos off = 60ms; // the noise has dragged the beat away by that much
    for (const Nanos silence : Lengths{700ms, 700ms + 1ns}) {
        Train train;
        int n = 6;
        for (; n < 9; ++n) { // three noisy seconds, each beginning a little early
            (void)train.edge(n * 1s - 500ms);
            (void)train.edge(n * 1s);
        }
        const Nanos first = n * 1s + off;
        (void)train.edge(first - silence);
        CHECK(train.edge(first).verdict == (silence > 700ms ? Verdict::noisy : Verdict::off_beat));
        if (silence == 700ms) continue;
        CHECK(train.edge(first + 1s).verdict == Verdict::noisy);
        CHECK(train.edge(first + 2s).verdict == Verdict::noisy);
        const auto clean = train.edge(first + 3s);
        CHECK(clean.verdict == Verdict::used);
        CHECK(clean.pulse.time == at(first + 3s));
    }
}

TEST_CASE("noise during which the clock stops or begins to slew: the rate is found anew in 5 s") {
    for (const auto& [before, after] : {std::pair<Nanos, Nanos>{1071ms, 1s},
                                        {917ms, 1s},
                                        {1s, 1083ms},
                                        {1s, 917ms},
                                        {1083ms, 917ms}}) {
        Train train{20, before};
        const Nanos since = train.noise(before) + 750ms; // no beat that there was before
        int edges = 0;
        while (train.edge(since + edges * after).verdict != Verdict::used && edges < 100)
            ++edges;
        CHECK(edges >= 3);
        CHECK(edges <= 5);
        CHECK(train.edge(since + (edges + 1) * after).verdict == Verdict::used);
        CHECK(train.period() - after < 1ms);
        CHECK(train.period() - after > -1ms);
    }
}

TEST_CASE("after noise two lone edges that are no second apart tell no rate") {
    for (const Nanos apart : {909ms, 910ms, 1090ms, 1091ms}) {
        Train train{20};
        const Nanos since = train.noise(1s) + 750ms;
        (void)train.edge(since);
        (void)train.edge(since + apart);
        const bool tells = apart >= 910ms && apart <= 1090ms;
        CHECK(train.period() == (tells ? apart : 1s));
    }
}

TEST_CASE("after noise two edges with another between them tell no rate, unless one rings") {
    for (const Nanos ringing : {20ms, 21ms}) {
        Train train{20};
        const Nanos since = train.noise(1s) + 750ms;
        (void)train.edge(since);
        (void)train.edge(since + ringing);
        (void)train.edge(since + 1050ms);
        CHECK(train.period() == (ringing == 20ms ? 1050ms : 1s));
    }
}

TEST_CASE("an interrupt that is late amid noise confirms no place") {
    for (const bool noise : {false, true}) {
        Train train{300};
        for (int n = 1; n < 4; ++n) {
            if (noise) (void)train.after(n * 1s - 500ms);
            (void)train.after(n * 1s);
        }
        CHECK(train.after(4s + 1300us).verdict == (noise ? Verdict::noisy : Verdict::late_edge));
    }
}

TEST_CASE("pulses that ring while the clock begins to slew: no ringing is taken for a pulse") {
    for (const Nanos second : Lengths{917ms, 990ms, 1010ms, 1083ms}) {
        Train train;
        int used = 0;
        for (int n = 1; n < 20; ++n) {
            const auto outcome = train.after(n * second);
            if (outcome.verdict == Verdict::used) CHECK(outcome.pulse.ordinal == 5 + n);
            used += outcome.verdict == Verdict::used;
            CHECK(train.after(n * second + 10ms).verdict != Verdict::used);
        }
        CHECK(used >= 16);
    }
}

TEST_CASE("pulses that come late now and then are dropped, and stop no others") {
    Train train;
    for (int n = 6; n < 200; ++n) {
        const bool late = n % 2 == 0;
        const auto outcome = train.edge(n * 1s + (late ? 5ms : 0ms));
        CHECK(outcome.verdict == (late ? Verdict::off_beat : Verdict::used));
        if (!late) CHECK(outcome.pulse.ordinal == n);
    }
}

TEST_CASE("a lone edge off the beat moves nothing") {
    Train train;
    CHECK(train.after(1s + 60ms).verdict == Verdict::off_beat);
    const auto next = train.after(2s);
    CHECK(next.verdict == Verdict::used);
    CHECK(next.error == 0ns);
    CHECK(next.pulse.ordinal == 7);
}

TEST_CASE("two alike are a new phase") {
    for (const Nanos shift : Lengths{-85ms, -3ms, 3ms, 85ms}) {
        Train train;
        CHECK(train.after(1s + shift).verdict == Verdict::off_beat);
        const auto second = train.after(2s + shift);
        CHECK(second.verdict == Verdict::used);
        CHECK(second.pulse.ordinal == 7);
        CHECK_FALSE(second.restarted);
        CHECK(train.after(3s + shift).pulse.ordinal == 8);
    }
}

TEST_CASE("a phase too far away to follow begins anew, and not before 4 s") {
    Train train;
    for (const Nanos since : Lengths{1500ms, 2500ms, 3500ms})
        CHECK(train.after(since).verdict == Verdict::glitch);
    const auto anew = train.after(4500ms);
    CHECK(anew.verdict == Verdict::used);
    CHECK(anew.restarted);
    for (int n = 1; n < 10; ++n) {
        const auto outcome = train.after(4500ms + n * 1s);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.pulse.ordinal == n);
    }
}

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

namespace {

/// Edges on a line, and true labels that come `delay` after each true second. Whether a labeller
/// ever locks on that.
class LockWatch {
  public:
    void edge(Nanos t) {
        while (next_label_ <= t)
            label();
        const auto outcome = train_.add(at(t));
        if (outcome.verdict != Verdict::used) return;
        (void)labeller_.add_pulse(outcome.pulse, outcome.restarted);
    }
    [[nodiscard]] bool ever_locked() const { return ever_locked_; }

  private:
    void label() {
        const Label label{UtcSecond::from_posix(1'750'000'000 + n_++), at(next_label_), false};
        (void)labeller_.add_label(label, label.arrival + 60ms);
        ever_locked_ = ever_locked_ || labeller_.locked();
        next_label_ += 1s;
    }

    PulseTrain train_;
    Labeller labeller_{{}};
    Nanos next_label_ = 300ms;
    int n_ = 0;
    bool ever_locked_ = false;
};

bool locks_on_frequency(double hertz, Nanos jitter, int seconds) {
    LockWatch watch;
    std::mt19937_64 random{42};
    std::uniform_int_distribution<std::int64_t> shake{-jitter.count(), jitter.count()};
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(hertz * seconds); ++i)
        watch.edge(Nanos{static_cast<std::int64_t>(1e9 / hertz * static_cast<double>(i))} +
                   Nanos{shake(random)});
    return watch.ever_locked();
}

bool locks_on_noise(double edges_per_second, unsigned seed, int seconds) {
    LockWatch watch;
    std::mt19937_64 random{seed};
    std::exponential_distribution<double> gap{edges_per_second};
    for (double t = gap(random); t < seconds; t += gap(random))
        watch.edge(Nanos{static_cast<std::int64_t>(t * 1e9)});
    return watch.ever_locked();
}

} // namespace

TEST_CASE("this would lock on pulses: 1 Hz") {
    CHECK(locks_on_frequency(1, 10us, 20));
}

TEST_CASE("hum of 50 and 60 Hz, and its harmonics, never lock") {
    for (const double hertz : {49.9, 50.0, 50.02, 59.95, 60.0, 100.0, 120.0, 150.0})
        for (const Nanos jitter : Lengths{0us, 200us})
            CHECK_FALSE(locks_on_frequency(hertz, jitter, 500));
}

TEST_CASE("pulses faster or slower than a second never lock") {
    for (const double hertz : {0.2, 0.25, 1.0 / 3, 0.5, 1.5, 2.0, 4.0, 5.0, 10.0, 1000.0})
        CHECK_FALSE(locks_on_frequency(hertz, 10us, hertz > 100 ? 20 : 300));
}

TEST_CASE("a floating line never locks") {
    unsigned seed = 1;
    for (const double rate : {0.3, 0.7, 1.0, 1.5, 3.0, 10.0, 50.0, 1000.0})
        for (int i = 0; i < 3; ++i)
            CHECK_FALSE(locks_on_noise(rate, seed++, rate > 100 ? 100 : 5000));
}

TEST_CASE("a late edge keeps its place and gives no time; the next is where it was expected") {
    Train train{300};
    const auto late = train.after(1s + 500us);
    CHECK(late.verdict == Verdict::late_edge);
    CHECK(late.pulse.ordinal == 301);
    CHECK(late.pulse.late);
    CHECK(late.error == Nanos{500us});
    const auto next = train.after(2s);
    CHECK(next.verdict == Verdict::used);
    CHECK(next.pulse.ordinal == 302);
    CHECK_FALSE(next.pulse.late);
    CHECK(next.error == 0ns);
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

TEST_CASE("the first used pulse of another phase says that the train moved, and only that one") {
    Train train;
    CHECK(train.after(1080ms).verdict == Verdict::off_beat);
    const auto moved = train.after(2080ms);
    CHECK(moved.verdict == Verdict::used);
    CHECK(moved.pulse.moved);
    CHECK_FALSE(train.after(3080ms).pulse.moved);
}
