#include "sim/pulse_lesson.hpp"

#include <doctest/doctest.h>

using namespace hal::sim;

namespace {

constexpr PulseLesson::Second good{true, false, true};
constexpr PulseLesson::Second silent{false, true, true};
constexpr PulseLesson::Second noisy{false, false, true};
constexpr PulseLesson::Second no_label{true, false, false};

Parameters with_edge(EdgeOption edge) {
    Parameters parameters;
    parameters.set(Key::ppsd_edge, static_cast<double>(edge));
    return parameters;
}

/// How many good seconds it takes after those; 99: it never learns.
int needed(const Parameters& parameters, std::initializer_list<PulseLesson::Second> before = {}) {
    PulseLesson lesson;
    for (const auto& second : before)
        lesson.note(second, parameters);
    for (int n = 1; n < 99; ++n) {
        lesson.note(good, parameters);
        if (lesson.learned()) return n;
    }
    return 99;
}

} // namespace

TEST_CASE("pulse lesson: three pulses with their labels, six if it has to find out the edge") {
    CHECK(needed(with_edge(EdgeOption::rising)) == 3);
    CHECK(needed(with_edge(EdgeOption::falling)) == 3);
    CHECK(needed(with_edge(EdgeOption::automatic)) == 6);
}

TEST_CASE("pulse lesson: it can't find it out from a spike or a square wave") {
    for (const auto& [width, learns] : {std::pair{0.9e-3, false},
                                        {1e-3, true},
                                        {0.44, true},
                                        {0.45, false},
                                        {0.55, false},
                                        {0.56, true}}) {
        Parameters parameters = with_edge(EdgeOption::automatic);
        parameters.set(Key::pps_width, width);
        CHECK(needed(parameters) == (learns ? 6 : 99));
        parameters.set(Key::ppsd_edge, static_cast<double>(EdgeOption::rising));
        CHECK(needed(parameters) == 3);
    }
}

TEST_CASE("pulse lesson: noise before makes it longer, five silent seconds make up for it") {
    const Parameters rising = with_edge(EdgeOption::rising);
    CHECK(needed(rising, {noisy}) == 12);
    CHECK(needed(rising, {noisy, silent, silent, silent, silent}) == 12);
    CHECK(needed(rising, {noisy, silent, silent, silent, silent, silent}) == 3);
    CHECK(needed(rising, {good, good, no_label}) == 12); // its train goes on
    CHECK(needed(with_edge(EdgeOption::automatic), {noisy}) == 15);
}

TEST_CASE("pulse lesson: it isn't forgotten") {
    const Parameters rising = with_edge(EdgeOption::rising);
    CHECK(needed(rising, {good, good, good, noisy}) == 1);
}
