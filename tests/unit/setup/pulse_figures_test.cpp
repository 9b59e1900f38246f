#include "daemon/setup/pulse_figures.hpp"

#include <cmath>
#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

namespace {

MonoTime at(double seconds) {
    return MonoTime::from_ns(static_cast<std::int64_t>(seconds * 1e9));
}

/// Pulses of that width, the first at 100 s.
PulseFigures pulses(int count, double period, double width, bool inverted = false) {
    PulseFigures figures;
    for (int i = 0; i < count; ++i) {
        figures.add(at(100 + i * period), inverted ? Polarity::falling : Polarity::rising);
        figures.add(at(100 + i * period + width), inverted ? Polarity::rising : Polarity::falling);
    }
    return figures;
}

} // namespace

TEST_CASE("pulses have a period, a width and a leading edge") {
    const auto facts = pulses(3, 1, 0.1).facts();
    CHECK(facts.edges == 6);
    CHECK(facts.period_s == doctest::Approx(1));
    CHECK(facts.width_s == doctest::Approx(0.1));
    CHECK(facts.polarity == "rising");
    CHECK(facts.scatter_s == doctest::Approx(0));
    CHECK(is_a_second(facts.period_s));
    CHECK(pulses(3, 1, 0.1, true).facts().polarity == "falling");
    CHECK(pulses(3, 1, 0.9).facts().polarity == "falling");
}

TEST_CASE("other rates have a period, too") {
    const auto fast = pulses(20, 0.2, 0.01).facts();
    CHECK(fast.period_s == doctest::Approx(0.2));
    CHECK_FALSE(is_a_second(fast.period_s));
    const auto slow = pulses(2, 5, 0.1).facts();
    CHECK(slow.period_s == doctest::Approx(5));
    CHECK_FALSE(slow.scatter_s);
}

TEST_CASE("a pulse a second is one to within a hundredth") {
    CHECK(is_a_second(pulses(4, 1.009, 0.1).facts().period_s));
    CHECK_FALSE(is_a_second(pulses(4, 1.011, 0.1).facts().period_s));
    CHECK(is_a_second(pulses(4, 0.991, 0.1).facts().period_s));
    CHECK_FALSE(is_a_second(pulses(4, 0.989, 0.1).facts().period_s));
}

TEST_CASE("halves have no leading edge") {
    const auto square = pulses(4, 1, 0.5).facts();
    CHECK(is_a_second(square.period_s));
    CHECK(square.polarity.empty());
    CHECK(pulses(4, 1, 0.46).facts().polarity.empty());
    CHECK(pulses(4, 1, 0.44).facts().polarity == "rising");
}

TEST_CASE("each pulse is shorter than what is between them, or there is no leading edge") {
    const auto of = [](double first, double second) {
        PulseFigures figures;
        for (const double t : {10.0, 11.0, 12.0}) {
            figures.add(at(t), Polarity::rising);
            figures.add(at(t + (t == 10.0 ? first : second)), Polarity::falling);
        }
        return figures.facts();
    };
    CHECK(of(0.1, 0.14).polarity == "rising"); // a busy machine
    CHECK(of(0.1, 0.14).width_s == doctest::Approx(0.38 / 3));
    CHECK(of(0.1, 0.44).polarity == "rising");
    CHECK(of(0.1, 0.46).polarity.empty());
    CHECK(of(0.1, 0.9).polarity.empty());
    CHECK(of(0.86, 0.9).polarity == "falling");
}

TEST_CASE("one polarity alone has a period and no width") {
    PulseFigures figures;
    for (int i = 0; i < 3; ++i)
        figures.add(at(10 + i), Polarity::falling);
    const auto facts = figures.facts();
    CHECK(is_a_second(facts.period_s));
    CHECK(facts.polarity.empty());
    CHECK_FALSE(facts.width_s);
}

TEST_CASE("noise has none, nor have one or two edges") {
    PulseFigures figures;
    CHECK_FALSE(figures.facts().period_s);
    figures.add(at(1), Polarity::rising);
    CHECK_FALSE(figures.facts().period_s);
    figures.add(at(2), Polarity::rising);
    CHECK_FALSE(figures.facts().period_s);
    figures.add(at(2.5), Polarity::rising);
    figures.add(at(4), Polarity::rising);
    CHECK_FALSE(figures.facts().period_s);
    CHECK(figures.facts().edges == 4);
}

TEST_CASE("the scatter is the standard deviation of the periods") {
    PulseFigures figures;
    for (const double t : {10.0, 11.001, 12.0, 13.001, 14.0}) {
        figures.add(at(t), Polarity::rising);
        figures.add(at(t + 0.1), Polarity::falling);
    }
    // Periods of 1.001, 0.999, 1.001, 0.999 s.
    CHECK(figures.facts().scatter_s == doctest::Approx(0.001 * std::sqrt(4.0 / 3)));
}

TEST_CASE("which pulse came last before a time") {
    const auto figures = pulses(3, 1, 0.1);
    CHECK(figures.leading_before(at(101.3)) == at(101));
    CHECK(figures.leading_before(at(101)) == at(101));
    CHECK_FALSE(figures.leading_before(at(99)));
    CHECK_FALSE(pulses(3, 1, 0.5).leading_before(at(101.3)));
}
