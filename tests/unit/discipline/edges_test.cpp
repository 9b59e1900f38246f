#include "daemon/discipline/edges.hpp"
#include "tests/unit/discipline/instants.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace ppsd::discipline;

namespace {

constexpr int to_find = 5; // edges a second apart
constexpr int to_move = 60;
constexpr Nanos beat = 2ms;    // so early, or late, a pulse may be,
constexpr Nanos latest = 25ms; // or so late, and then its time isn't used
constexpr Nanos bounce = 20ms;
constexpr int most_bounces = 8;
constexpr std::int64_t longest_pause = 5; // seconds
// Drift and scatter are far smaller than that, and all tolerances far larger.
constexpr Nanos a_little = 200us;

/// A line, and what has become of its edges.
class Line {
  public:
    Edges::Outcome edge(Nanos since) { return edges.add(at(since), wheel, needed); }

    /// Pulses at whole seconds `from` to `to`; how many of them were used.
    int run(std::int64_t from, std::int64_t to, Nanos off = 0ns) {
        int used = 0;
        for (std::int64_t n = from; n <= to; ++n)
            if (edge(whole_seconds(n) + off).verdict == Verdict::used) ++used;
        return used;
    }

    Edges edges;
    Flywheel wheel;
    int needed = to_move;
};

/// With pulses 0 to 99: long enough that it is as quiet as can be.
Line found() {
    Line line;
    line.run(0, 99);
    return line;
}

/// How many of the edges at these distances, over and over, are taken for pulses.
int used_of(const std::vector<Nanos>& distances, int edges) {
    Line line;
    Nanos now = 0ns;
    int used = 0;
    for (int n = 0; n < edges; ++n) {
        now += distances[static_cast<std::size_t>(n) % distances.size()];
        if (line.edge(now).verdict == Verdict::used) ++used;
    }
    return used;
}

} // namespace

TEST_CASE("edges: some a second apart find the phase, and each after them is a pulse") {
    Line line;
    for (int n = 0; n < to_find - 1; ++n) {
        CHECK(line.edge(whole_seconds(n)).verdict == Verdict::off_beat);
        CHECK_FALSE(line.wheel.phased(at(whole_seconds(n))));
        CHECK(line.edges.elsewhere() == n + 1);
    }
    const auto enough = line.edge(whole_seconds(to_find - 1));
    CHECK(enough.verdict == Verdict::used);
    CHECK(enough.new_phase);
    CHECK(line.wheel.phased(at(whole_seconds(to_find - 1))));
    CHECK(line.edges.elsewhere() == 0);
    for (int n = to_find; n < 100; ++n) {
        const auto outcome = line.edge(whole_seconds(n));
        CHECK(outcome.verdict == Verdict::used);
        CHECK_FALSE(outcome.new_phase);
        CHECK(outcome.count == enough.count + n - to_find + 1);
        CHECK(std::chrono::abs(outcome.error) < 1us);
    }
}

TEST_CASE("edges: what they move the flywheel by is what its time has moved by") {
    Line line;
    for (int n = 0; n < 50; ++n) {
        const Nanos t = whole_seconds(n) + (n % 3) * 3us + 300ms;
        const WheelTime before = line.wheel.at(at(t));
        const auto outcome = line.edge(t);
        CHECK(line.wheel.at(at(t)) == before + outcome.moved);
    }
}

TEST_CASE("edges: pulses in two or in five seconds find the phase, in six they don't") {
    for (std::int64_t apart = 1; apart <= longest_pause + 1; ++apart) {
        Line line;
        int used = 0;
        for (int n = 0; n < 10; ++n)
            if (line.edge(whole_seconds(n * apart)).verdict == Verdict::used) ++used;
        CHECK(used == (apart <= longest_pause ? 10 - to_find + 1 : 0));
    }
}

TEST_CASE("edges: they need not be a second apart to the millisecond, but to 20") {
    for (const Nanos off : Lengths{-15ms, 15ms})
        CHECK(used_of({1s + off, 1s - off}, 10) >= 1);
    for (const Nanos off : Lengths{-25ms, 25ms})
        CHECK(used_of({1s + off, 1s - off}, 100) == 0);
}

TEST_CASE("edges: one in between, and they don't follow each other") {
    Line line;
    for (int n = 0; n < 100; ++n) {
        CHECK(line.edge(whole_seconds(n)).verdict == Verdict::off_beat);
        CHECK(line.edge(whole_seconds(n) + 400ms).verdict == Verdict::off_beat);
    }
}

TEST_CASE("edges: hum, and pulses at another rate than one a second, are never pulses") {
    for (const int hertz : {2, 3, 5, 10, 50, 60, 100, 120, 1000})
        CHECK(used_of({Nanos{1s} / hertz}, 20 * hertz) == 0);
    for (const Nanos period : Lengths{500ms, 900ms, 950ms, 1050ms, 1100ms, 1500ms, 2500ms})
        CHECK(used_of({period}, 200) == 0);
}

TEST_CASE("edges: a floating line is almost never taken for pulses") {
    std::mt19937_64 random{1};
    for (const Nanos mean : Lengths{5ms, 50ms, 300ms}) {
        std::exponential_distribution<double> distance{1 / static_cast<double>(mean.count())};
        Line line;
        Nanos now = 0ns;
        int used = 0;
        for (int n = 0; n < 20'000; ++n) {
            now += Nanos{1 + static_cast<std::int64_t>(distance(random))};
            if (line.edge(now).verdict == Verdict::used) ++used;
        }
        CHECK(used < 20);
    }
}

TEST_CASE("edges: missing pulses are counted") {
    for (const std::int64_t missing : {1, 2, 10, 50}) {
        auto line = found();
        const auto before = line.edge(100s);
        const auto after = line.edge(whole_seconds(101 + missing));
        CHECK(after.verdict == Verdict::used);
        CHECK(after.count == before.count + 1 + missing);
    }
}

TEST_CASE("edges: early by less than 2 ms is a pulse, by more it isn't") {
    for (const Nanos early : Lengths{beat - a_little, beat + a_little}) {
        auto line = found();
        const auto verdict = line.edge(100s - early).verdict;
        CHECK(verdict == (early < beat ? Verdict::late_edge : Verdict::off_beat));
    }
}

TEST_CASE("edges: late by less than 25 ms is a pulse whose time isn't used, by more it is none") {
    for (const Nanos late : Lengths{100us, beat, 10ms, latest - a_little}) {
        auto line = found();
        const auto outcome = line.edge(100s + late);
        CHECK(outcome.verdict == Verdict::late_edge);
        CHECK(std::chrono::abs(outcome.error - late) < 10us);
        CHECK(outcome.moved == 0ns);
        CHECK(std::chrono::abs(line.edge(101s).error) < 10us);
    }
    auto line = found();
    CHECK(line.edge(100s + latest + a_little).verdict == Verdict::off_beat);
}

TEST_CASE("edges: interrupts that are late now and then stop no others") {
    auto line = found();
    for (int n = 100; n < 1000; ++n) {
        const bool late = n % 7 == 0;
        const auto verdict = line.edge(whole_seconds(n) + (late ? 3ms : 0ns)).verdict;
        CHECK(verdict == (late ? Verdict::late_edge : Verdict::used));
    }
}

TEST_CASE("edges: a jump of less than 2 ms is followed when eight pulses in a row are off alike") {
    auto line = found();
    for (int n = 100; n < 107; ++n)
        CHECK(line.edge(whole_seconds(n) + 1ms).verdict == Verdict::late_edge);
    const auto eighth = line.edge(107s + 1ms);
    CHECK(eighth.verdict == Verdict::used);
    CHECK_FALSE(eighth.new_phase);
    CHECK(std::chrono::abs(eighth.moved + 1ms) < 50us);
    CHECK(line.run(108, 200, 1ms) == 93);
}

TEST_CASE("edges: pulses that are off, but each by something else, are no jump") {
    auto line = found();
    for (int n = 100; n < 110; ++n)
        CHECK(line.edge(whole_seconds(n) + (n % 2 == 0 ? 500us : 1500us)).verdict ==
              Verdict::late_edge);
}

TEST_CASE("edges: a pulse that rings is one pulse") {
    auto line = found();
    for (int n = 100; n < 200; ++n) {
        CHECK(line.edge(whole_seconds(n)).verdict == Verdict::used);
        for (int i = 1; i <= most_bounces; ++i)
            CHECK(line.edge(whole_seconds(n) + i * (bounce - a_little) / most_bounces).verdict ==
                  Verdict::glitch);
    }
}

TEST_CASE("edges: what rings more often, or for longer, is noise") {
    auto often = found();
    (void)often.edge(100s);
    for (int i = 1; i <= most_bounces; ++i)
        CHECK(often.edge(100s + i * 1ms).verdict == Verdict::glitch);
    CHECK(often.edge(100s + 15ms).verdict == Verdict::off_beat);
    auto late = found();
    (void)late.edge(100s);
    CHECK(late.edge(100s + bounce + a_little).verdict == Verdict::off_beat);
}

TEST_CASE("edges: a stray one now and then does no harm") {
    auto line = found();
    for (int n = 100; n < 1000; ++n) {
        CHECK(line.edge(whole_seconds(n)).verdict == Verdict::used);
        if (n % 10 == 0) (void)line.edge(whole_seconds(n) + 400ms);
    }
}

TEST_CASE("edges: where strays come in each second nothing is a pulse, until seconds are clean") {
    auto line = found();
    for (int n = 100; n < 200; ++n) {
        const auto verdict = line.edge(whole_seconds(n)).verdict;
        if (n >= 105) CHECK(verdict == Verdict::noisy);
        (void)line.edge(whole_seconds(n) + 300ms);
        (void)line.edge(whole_seconds(n) + 650ms);
    }
    CHECK(line.run(200, 209) >= 4);
    CHECK(line.run(210, 219) == 10);
}

TEST_CASE("edges: of two that come where one is expected, one at most is a pulse") {
    auto line = found();
    for (int n = 100; n < 200; ++n) {
        const bool first = line.edge(whole_seconds(n)).verdict == Verdict::used;
        const bool second = line.edge(whole_seconds(n) + 1ms).verdict == Verdict::used;
        CHECK_FALSE((first && second));
    }
}

TEST_CASE("edges: pulses that are elsewhere move the phase after as many as are asked for") {
    for (const int needed : {to_find, 10, to_move}) {
        auto line = found();
        line.needed = needed;
        for (int n = 0; n < needed - 1; ++n) {
            CHECK(line.edge(whole_seconds(100 + n) + 300ms).verdict == Verdict::off_beat);
            CHECK(line.edges.elsewhere() == n + 1);
        }
        const auto last = line.edge(whole_seconds(99 + needed) + 300ms);
        CHECK(last.verdict == Verdict::used);
        CHECK(last.new_phase);
        CHECK(line.edge(whole_seconds(100 + needed) + 300ms).verdict == Verdict::used);
    }
}

TEST_CASE("edges: one pulse where it was expected, and those elsewhere begin anew") {
    auto line = found();
    for (int n = 100; n < 159; ++n)
        (void)line.edge(whole_seconds(n) + 300ms);
    (void)line.edge(160s);
    for (int n = 161; n < 161 + to_move - 1; ++n)
        CHECK(line.edge(whole_seconds(n) + 300ms).verdict != Verdict::used);
}

TEST_CASE("edges: after a pause in which the phase was lost, as many find it anew") {
    auto line = found();
    const Nanos back = 100'000s + 300ms;
    REQUIRE_FALSE(line.wheel.phased(at(back)));
    for (int n = 0; n < to_find - 1; ++n)
        CHECK(line.edge(back + whole_seconds(n)).verdict == Verdict::off_beat);
    CHECK(line.edge(back + whole_seconds(to_find - 1)).new_phase);
}

TEST_CASE(
    "edges: after a pause in which the oscillator may have drifted by 2 ms, the third is one") {
    for (const bool more : {false, true}) {
        auto line = found();
        const auto before = line.edge(100s);
        std::int64_t pause = 1;
        while (line.wheel.drift(at(whole_seconds(100 + pause + 1))) <= 2ms)
            ++pause;
        pause += more ? 1 : 0;
        for (int n = 0; n < 4; ++n) {
            const auto edge = line.edge(whole_seconds(100 + pause + n));
            CHECK((edge.verdict == Verdict::used) == (!more || n >= 2));
            CHECK_FALSE(edge.new_phase);
            CHECK(edge.count == before.count + pause + n);
        }
    }
}

TEST_CASE("edges: a late interrupt doesn't set the phase after a pause") {
    constexpr Nanos late = 150us; // far less than the oscillator may have drifted by
    for (const int which : {0, 1, 2}) {
        auto line = found();
        for (int n = 0; n < 10; ++n) {
            const bool held_up = n == which;
            const auto edge = line.edge(whole_seconds(1000 + n) + (held_up ? late : 0ns));
            CAPTURE(which);
            CAPTURE(n);
            CHECK((edge.verdict == Verdict::used) == (n >= 2 && !held_up));
        }
    }
}

TEST_CASE("edges: after a pause in which the rate has changed, they are found where they are now") {
    auto line = found();
    const Nanos drift = line.wheel.drift(at(1000s));
    REQUIRE(drift > 10ms);
    for (const Nanos off : {-drift / 2, drift / 2}) {
        Line after = line;
        const Nanos second = 1s + off / 901; // since the last pulse, at 99 s
        for (int n = 0; n < 20; ++n)
            CHECK((after.edge(99s + (901 + n) * second).verdict == Verdict::used) == (n >= 2));
    }
}

TEST_CASE("edges: after seconds without pulses one that is off is an interrupt, two a drift") {
    constexpr Nanos off = 70us; // less than 20 ppm of the pause, far more than pulses scatter
    Line interrupted = found();
    CHECK(interrupted.edge(whole_seconds(105) + off).verdict == Verdict::late_edge);
    const auto next = interrupted.edge(whole_seconds(106));
    CHECK(next.verdict == Verdict::used);
    CHECK(std::chrono::abs(next.error) < 10us);
    Line drifted = found();
    CHECK(drifted.edge(whole_seconds(105) + off).verdict == Verdict::late_edge);
    CHECK(drifted.edge(whole_seconds(106) + off).verdict == Verdict::used);
    Line at_once = found(); // without a pause it takes eight
    CHECK(at_once.run(100, 106, off) == 0);
    CHECK(at_once.run(107, 107, off) == 1);
}

TEST_CASE("edges: one pulse in five seconds, and a rate that changes: few are lost") {
    for (const double ppm : {2.0, 5.0, 10.0, 15.0}) {
        Line line = found();
        Nanos now = 99s;
        int lost = 0;
        for (int n = 0; n < 100; ++n) {
            now += 5s + 5 * parts_per_million(n < 50 ? 0 : ppm);
            if (line.edge(now).verdict != Verdict::used) ++lost;
        }
        CAPTURE(ppm);
        CHECK(lost <= 4);
    }
}

TEST_CASE("edges: backwards, or at the same time, is out of order, and changes nothing") {
    auto line = found();
    (void)line.edge(100s);
    CHECK(line.edge(100s).verdict == Verdict::out_of_order);
    CHECK(line.edge(50s).verdict == Verdict::out_of_order);
    CHECK(line.edge(101s).verdict == Verdict::used);
}

TEST_CASE("edges: an oscillator of any rate, and one that changes by a ppm a minute, is followed") {
    for (const double ppm : {-500.0, -100.0, 100.0, 500.0}) {
        Line line;
        Nanos now = 0ns;
        int used = 0;
        for (int n = 0; n < 1000; ++n) {
            now += 1s + parts_per_million(ppm + n / 60.0);
            if (line.edge(now).verdict == Verdict::used) ++used;
        }
        CHECK(used == 1000 - to_find + 1);
    }
}
