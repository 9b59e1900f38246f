#include "daemon/simulate/sim_drawn.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace ppsd::app;
using namespace hal::sim;

TEST_CASE("a drawn scenario is the same for the same seed, and within what a file may say") {
    std::set<double> delays;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const Scenario scenario = draw_scenario(seed);
        const Scenario again = draw_scenario(seed);
        delays.insert(scenario.base["nmea.delay"]);
        CHECK(scenario.faults.size() == again.faults.size());
        for (const KeyInfo& key : key_table) {
            const double value = scenario.base[Key{key}];
            CAPTURE(key.name);
            CHECK(value == again.base[Key{key}]);
            if (key.kind == Kind::number)
                CHECK((value >= key.limits.low && value <= key.limits.high));
            if (key.kind == Kind::word) CHECK(value == std::floor(value));
        }
    }
    CHECK(delays.size() > 300);
}

TEST_CASE("every parameter of the world is drawn, in itself or as a fault") {
    std::set<Key> drawn;
    const Parameters usual;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const Scenario scenario = draw_scenario(seed);
        for (const KeyInfo& key : key_table)
            if (scenario.base[Key{key}] != usual[Key{key}]) drawn.insert(Key{key});
        for (const TimedFault& fault : scenario.faults)
            for (const auto& change : fault.changes)
                drawn.insert(change.key);
    }
    for (const KeyInfo& key : key_table) {
        CAPTURE(key.name);
        const bool of_the_judge = Key{key} == "grace" || Key{key} == "levels" ||
                                  Key{key} == "ppsd.trust"; // drawn clocks are off, and say not
        // Slips by one second, which are drawn, are harder to tell from what is right.
        const bool easier = Key{key} == "receiver.strays";
        // Drawn worlds are of interrupts: nothing is polled, nor corrected.
        const bool of_polling = key.name.starts_with("poll.") || Key{key} == "ppsd.poll" ||
                                Key{key} == "ppsd.irq-delay";
        CHECK(drawn.contains(Key{key}) != (of_the_judge || easier || of_polling));
    }
}
