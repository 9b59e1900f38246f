#include "daemon/observe/deviation.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <random>

using namespace ppsd;

TEST_CASE("white phase noise: adev is sqrt(3) sigma / tau, tdev sigma / sqrt(m)") {
    constexpr double sigma = 1e-6;
    std::mt19937_64 random{7};
    std::normal_distribution<double> noise{0, sigma};
    std::vector<double> phases(100'000);
    for (double& phase : phases)
        phase = noise(random);
    const auto all = deviations(phases, 1);
    REQUIRE(all.size() > 8);
    for (std::size_t i = 0; i < 8; ++i) {
        const double m = std::pow(2, static_cast<double>(i));
        CHECK(all[i].tau == m);
        CHECK(all[i].adev == doctest::Approx(std::sqrt(3.0) * sigma / m).epsilon(0.05));
        CHECK(all[i].tdev == doctest::Approx(sigma / std::sqrt(m)).epsilon(0.05));
    }
}

TEST_CASE("a constant frequency deviates by nothing, a drift d by d tau / sqrt 2") {
    std::vector<double> constant;
    std::vector<double> drifting;
    for (int i = 0; i < 1000; ++i) {
        constant.push_back(1e-6 * i);
        drifting.push_back(0.5e-9 * i * i); // 1e-9 a second
    }
    for (const Deviation& one : deviations(constant, 1))
        CHECK(one.adev < 1e-15);
    for (const Deviation& one : deviations(drifting, 1))
        CHECK(one.adev == doctest::Approx(1e-9 * one.tau / std::sqrt(2.0)).epsilon(1e-6));
}

TEST_CASE("what is missing is left out; at least 8 differences make a tau") {
    std::vector<double> phases(10, 0);
    for (std::size_t i = 0; i < phases.size(); ++i)
        phases[i] = i % 2 == 0 ? 1 : -1; // second differences of +4 and -4
    auto all = deviations(phases, 10);
    REQUIRE(all.size() == 1);
    CHECK(all[0].n == 8);
    CHECK(all[0].tau == 10);
    CHECK(all[0].adev == doctest::Approx(std::sqrt(8.0) / 10));
    phases[0] = NAN;
    CHECK(deviations(phases, 10).empty());
    phases[0] = 1;
    phases.pop_back();
    CHECK(deviations(phases, 10).empty());
    CHECK(deviations({}, 1).empty());
}
