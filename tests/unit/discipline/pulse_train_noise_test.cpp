// Edges that are no pulses.
#include "daemon/discipline/labeller.hpp"
#include "daemon/discipline/pulse_train.hpp"
#include "tests/unit/discipline/train.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace ppsd::discipline;

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
