#include "hal/src/sim/live_scenario.hpp"

#include "hal/error.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

LiveScenario parse(std::string_view text) {
    return parse_live_scenario("sim:x", text);
}

std::string refused(std::string_view text) {
    try {
        (void)parse(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("what is not set has its default") {
    const auto [scenario, seed] = parse("");
    const Parameters& base = scenario.base;
    CHECK(base["clock.drift"] == 20);
    CHECK(base["nmea.delay"] == 0.12);
    CHECK(base["pps.late-uniform"] == 2000);
    CHECK(base["pps.bias"] == -1000);
    CHECK(base["pps.width"] == 0.1);
    CHECK(base["pps.polarity"] == 0);
    CHECK(base.is_on("receiver.fix"));
    CHECK(base["receiver.fix-after"] == 0);
    CHECK(seed == 1);
    CHECK(scenario.faults.empty());
}

TEST_CASE("each setting, set") {
    const auto [scenario, seed] =
        parse("drift=-5.5,delay=0.25,jitter=300,width=0.2,polarity=falling,seed=9,"
              "fault=no-fix+glitches");
    const Parameters& base = scenario.base;
    CHECK(base["clock.drift"] == -5.5);
    CHECK(base["nmea.delay"] == 0.25);
    CHECK(base["pps.late-uniform"] == 600);
    CHECK(base["pps.bias"] == -300);
    CHECK(base["pps.width"] == 0.2);
    CHECK(base.word<LeadingPolarity>("pps.polarity") == LeadingPolarity::falling);
    CHECK(seed == 9);
    CHECK_FALSE(base.is_on("receiver.fix"));
    CHECK(base["line.glitches"] > 0);
    CHECK(base["line.missing"] == 0);
}

TEST_CASE("each fault changes one thing of the world") {
    const Parameters usual = parse("").scenario.base;
    const Key keys[] = {"receiver.fix",      "pps.pulses",   "nmea.sentences",
                        "nmea.bad-checksum", "nmea.garbage", "line.missing",
                        "line.glitches",     "nmea.late",    "receiver.rollovers"};
    constexpr const char* names[] = {"no-fix",       "no-pulses",  "no-sentences",
                                     "bad-checksum", "garbage",    "missing-pulse",
                                     "glitches",     "late-label", "old-date"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        CAPTURE(names[i]);
        const Parameters base = parse(std::string{"fault="} + names[i]).scenario.base;
        for (const KeyInfo& row : key_table)
            CHECK((base[Key{row}] != usual[Key{row}]) == (Key{row} == keys[i]));
    }
}

TEST_CASE("both sides of each limit") {
    for (const auto* good : {"drift=-1000", "drift=1000", "delay=-0.9", "delay=2", "jitter=0",
                             "jitter=100000000", "width=0.000001", "width=0.999", "seed=0"})
        CHECK(refused(good).empty());
    for (const auto* bad :
         {"drift=-1000.1", "drift=1000.1", "delay=-0.91", "delay=2.001", "jitter=-1",
          "jitter=100000001", "width=0.0000009", "width=1", "seed=-1", "seed=1000000001"}) {
        CAPTURE(bad);
        CHECK(refused(bad).find("is not a number from") != std::string::npos);
    }
}

TEST_CASE("what makes no sense is refused by the name that the user wrote") {
    CHECK(refused("drift") == "sim:x: 'drift' is not KEY=VALUE");
    CHECK(refused("drfit=1").starts_with("sim:x: unknown key 'drfit'; known are drift, "));
    CHECK(refused("drift=1x") == "sim:x: drift=1x is not a number from -1000 to 1000");
    CHECK(refused("polarity=up") == "sim:x: polarity=up: one of rising falling is wanted");
    CHECK(refused("fault=no-fix+no-idea").starts_with("sim:x: unknown fault 'no-idea'; known are"));
}
