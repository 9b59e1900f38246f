#include "hal/sim/scenario.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace hal::sim;

TEST_CASE("a drawn scenario is the same for the same seed, and within what a file may say") {
    std::set<double> delays;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const Scenario scenario = draw_scenario(seed);
        const Scenario again = draw_scenario(seed);
        delays.insert(scenario.base[Key::nmea_delay]);
        CHECK(scenario.faults.size() == again.faults.size());
        for (const KeyInfo& key : keys()) {
            const double value = scenario.base[key.key];
            CAPTURE(key.name);
            CHECK(value == again.base[key.key]);
            if (key.kind == Kind::number) CHECK((value >= key.low && value <= key.high));
            if (key.kind == Kind::word) CHECK(value == std::floor(value));
        }
    }
    CHECK(delays.size() > 300);
}

TEST_CASE("named faults name keys, within their range") {
    for (const NamedFault& fault : named_faults()) {
        const KeyInfo& key = info(fault.key);
        if (key.kind == Kind::number) CHECK((fault.value >= key.low && fault.value <= key.high));
    }
}
