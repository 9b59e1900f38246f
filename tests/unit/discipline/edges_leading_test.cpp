#include "daemon/discipline/edges.hpp"
#include "tests/unit/discipline/instants.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

/// A line that is high for `high` from each second on, `period` long.
class Line {
  public:
    Line(EdgeRule rule, Nanos high, Nanos period = 1s)
        : edges{rule}, high_{high}, period_{period} {}

    /// A whole second; what became of its two edges.
    std::pair<Verdict, Verdict> second() {
        const OscTime rise = at(n_++ * period_);
        const Verdict up = edges.judge({rise, true});
        return {up, edges.judge({rise + high_, false})};
    }

    std::pair<Verdict, Verdict> settled(int seconds = 10) {
        for (int i = 1; i < seconds; ++i)
            (void)second();
        return second();
    }

    LeadingEdge edges;

  private:
    Nanos high_;
    Nanos period_;
    int n_ = 0;
};

using Both = std::pair<Verdict, Verdict>;
constexpr Both rising_leads{Verdict::used, Verdict::trailing};
constexpr Both falling_leads{Verdict::trailing, Verdict::used};
constexpr Both square{Verdict::square, Verdict::square};

Both automatic(Nanos high, Nanos period = 1s) {
    return Line{EdgeRule::automatic, high, period}.settled();
}

} // namespace

TEST_CASE("a named edge leads from the first on, whatever the width") {
    for (const Nanos high : Lengths{1us, 100ms, 500ms, 900ms}) {
        CHECK(Line{EdgeRule::rising, high}.second() == rising_leads);
        CHECK(Line{EdgeRule::falling, high}.second() == falling_leads);
        CHECK(Line{EdgeRule::falling, high}.settled() == falling_leads);
    }
    LeadingEdge alone{EdgeRule::rising}; // the kernel was asked for this edge alone
    for (int n = 0; n < 20; ++n)
        CHECK(alone.judge({at(n * 1s), true}) == Verdict::used);
}

TEST_CASE("the edge that starts the shorter part leads") {
    CHECK(automatic(1us) == rising_leads);
    CHECK(automatic(100ms) == rising_leads);
    CHECK(automatic(200ms) == rising_leads);
    CHECK(automatic(800ms) == falling_leads);
    CHECK(automatic(1s - 1us) == falling_leads);
}

TEST_CASE("a width of 0.45 to 0.55 s can't be told, to the nanosecond") {
    CHECK(automatic(450ms - 1ns) == rising_leads);
    CHECK(automatic(450ms) == square);
    CHECK(automatic(450ms + 1ns) == square);
    CHECK(automatic(500ms) == square);
    CHECK(automatic(550ms - 1ns) == square);
    CHECK(automatic(550ms) == square);
    CHECK(automatic(550ms + 1ns) == falling_leads);
}

TEST_CASE("the shorter part decides, whatever the second's length by the oscillator") {
    CHECK(automatic(495ms, 990ms) == square);
    CHECK(automatic(449ms, 999'500us) == rising_leads);
    CHECK(automatic(560ms, 1'000'500us) == falling_leads);
}

TEST_CASE("parts that are no second together decide nothing, to the nanosecond") {
    constexpr Both undecided{Verdict::undecided, Verdict::undecided};
    CHECK(automatic(10ms, 500ms) == undecided);
    CHECK(automatic(10ms, 2s) == undecided);
    CHECK(automatic(10ms, 970ms - 1ns) == undecided);
    CHECK(automatic(10ms, 970ms) == rising_leads);
    CHECK(automatic(10ms, 1030ms) == rising_leads);
    CHECK(automatic(10ms, 1030ms + 1ns) == undecided);
}

TEST_CASE("it takes three that agree") {
    Line line{EdgeRule::automatic, 100ms};
    // Parts end at: falling 0 (high), rising 1 (low, first vote), falling 1, rising 2: third.
    CHECK(line.second() == Both{Verdict::undecided, Verdict::undecided});
    CHECK(line.second() == Both{Verdict::undecided, Verdict::undecided});
    CHECK(line.second() == rising_leads);
}

TEST_CASE("only one polarity arrives: refused") {
    LeadingEdge edges{EdgeRule::automatic};
    for (int n = 0; n < 3; ++n)
        CHECK(edges.judge({at(n * 1s), true}) == Verdict::undecided);
    for (int n = 3; n < 9; ++n)
        CHECK(edges.judge({at(n * 1s), true}) == Verdict::one_polarity);
}

TEST_CASE("pulses of microseconds whose edges both come out as falling: refused") {
    LeadingEdge edges{EdgeRule::automatic};
    Verdict last{};
    for (int n = 0; n < 10; ++n) {
        (void)edges.judge({at(n * 1s), false});
        last = edges.judge({at(n * 1s + 5us), false});
    }
    CHECK(last == Verdict::one_polarity);
}

TEST_CASE("decided, and then one polarity alone: refused after the third, and decided anew") {
    Line line{EdgeRule::automatic, 100ms};
    REQUIRE(line.settled() == rising_leads);
    Verdict last{};
    for (int n = 10; n < 14; ++n)
        last = line.edges.judge({at(n * 1s), true});
    CHECK(last == Verdict::one_polarity);
    CHECK(line.edges.judge({at(13s + 100ms), false}) == Verdict::undecided);
}

TEST_CASE("a glitch, and an edge that is missing, change nothing") {
    Line line{EdgeRule::automatic, 100ms};
    REQUIRE(line.settled() == rising_leads);
    CHECK(line.edges.judge({at(9s + 400ms), true}) == Verdict::used); // Edges refuses it
    CHECK(line.edges.judge({at(9s + 401ms), false}) == Verdict::trailing);
    CHECK(line.second() == rising_leads);
    CHECK(line.edges.judge({at(11s), true}) == Verdict::used); // its falling edge is missing
    CHECK(line.edges.judge({at(12s), true}) == Verdict::used);
    CHECK(line.edges.judge({at(12s + 100ms), false}) == Verdict::trailing);
}

TEST_CASE("the width is the leading part's, once it is known") {
    Line up{EdgeRule::automatic, 100ms};
    CHECK_FALSE(up.edges.width());
    (void)up.settled();
    CHECK(up.edges.width() == 100ms);
    Line down{EdgeRule::automatic, 900ms};
    (void)down.settled();
    CHECK(down.edges.width() == 100ms);
    Line named{EdgeRule::rising, 100ms};
    (void)named.settled();
    CHECK_FALSE(named.edges.width());
    Line even{EdgeRule::automatic, 500ms};
    (void)even.settled();
    CHECK_FALSE(even.edges.width());
}
