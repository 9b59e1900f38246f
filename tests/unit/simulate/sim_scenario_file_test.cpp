#include "daemon/simulate/sim_scenario_file.hpp"

#include "daemon/simulate/sim_drawn.hpp"
#include "hal/error.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace ppsd::app;
using namespace hal::sim;

namespace {

SimScenario parse(std::string_view text) {
    return parse_scenario("x.scenario", text);
}

std::string refused(std::string_view text) {
    try {
        (void)parse(text);
    } catch (const hal::UsageError& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("an empty scenario is the default world") {
    const auto scenario = parse("# nothing but this\n\n  # and this\n");
    CHECK(scenario.world.faults.empty());
    for (const KeyInfo& key : key_table)
        CHECK(scenario.world.base[Key{key}] == Parameters{}[Key{key}]);
}

TEST_CASE("each kind of value") {
    const auto base = parse("nmea.delay = 0.3 # s\n"
                            "pps.polarity=falling\n"
                            "start = 2026-06-30T23:30:00\r\n"
                            "ppsd.nmea-delay = -0.25\n"
                            "nmea.sentences = GGA  ZDA")
                          .world;
    CHECK(base.base["nmea.delay"] == 0.3);
    CHECK(base.base["pps.polarity"] == 1);
    CHECK(base.base["start"] == 1'782'862'200);
    CHECK(base.base["ppsd.nmea-delay"] == -0.25);
    CHECK(base.base["nmea.sentences"] == 1);
    CHECK(base.sentence_sets.at(1) == SentenceSet{SentenceType::gga, SentenceType::zda});
}

TEST_CASE("faults: once, again, by name, several, and drawn") {
    const auto faults = parse("at 3600 for 20: pps missing\n"
                              "at 100: clock.step = -0.5\n"
                              "every 900 for 5 to 60: line.glitches = 1 to 20, no fix\n")
                            .world.faults;
    REQUIRE(faults.size() == 3);
    CHECK(faults[0].at == 3600);
    CHECK(faults[0].every == 0);
    CHECK(faults[0].length.low == 20);
    CHECK(faults[0].changes.at(0).key == Key{"line.missing"});
    CHECK(faults[0].changes.at(0).value.low == 1);
    CHECK(faults[1].length.high == 0);
    CHECK(faults[1].changes.at(0).value.high == -0.5);
    CHECK(faults[2].every == 900);
    CHECK(faults[2].length.high == 60);
    REQUIRE(faults[2].changes.size() == 2);
    CHECK(faults[2].changes[0].value.high == 20);
    CHECK(faults[2].changes[1].key == Key{"receiver.fix"});
}

TEST_CASE("every named fault is its row's key with its value") {
    for (const KeyInfo& key : key_table)
        for (const NamedFault& fault : key.names) {
            if (!fault.is_there()) continue;
            CAPTURE(fault.name);
            const auto at = [](auto what) {
                return parse("at 5 for 3: " + std::string{what}).world;
            };
            const auto named = at(fault.name);
            const auto meant = at(std::string{key.name} + " = " + std::string{fault.value});
            CHECK(scenario_text(named) == scenario_text(meant));
        }
}

TEST_CASE("what can't be read is refused by file, line and nearest word") {
    CHECK(refused("\nnmea.dealy = 1") ==
          "x.scenario:2: unknown key 'nmea.dealy'; did you mean 'nmea.delay'?");
    CHECK(refused("at 5 for 3: pps mising") ==
          "x.scenario:1: unknown fault 'pps mising'; did you mean 'pps missing'?");
    CHECK(refused("limit mised = 0") ==
          "x.scenario:1: unknown limit 'mised'; did you mean 'missed'?");
    CHECK(refused("nmea.delay = 2.01").find("a number from -0.9 to 2 is wanted, in s") !=
          std::string::npos);
    CHECK(refused("nmea.delay = 2").empty());
    CHECK(refused("pps.polarity = up").find("one of rising falling is wanted") !=
          std::string::npos);
    CHECK(refused("start = 2026-02-30T00:00:00").find("is wanted") != std::string::npos);
    CHECK(refused("nmea.sentences = RMC GBS").find("'GBS' is no sentence") != std::string::npos);
    CHECK(refused("nmea.delay = 0.1 to 0.2").find("only a fault's value") != std::string::npos);
    CHECK(refused("nonsense").find("is not KEY = VALUE") != std::string::npos);
    CHECK(refused("at 5 pps missing").find("is not at SECONDS") != std::string::npos);
    CHECK(refused("at 5 for -1: pps missing").find("number of seconds") != std::string::npos);
    CHECK(refused("at 5 for 9 to 3: pps missing").find("number of seconds") != std::string::npos);
    CHECK(refused("limit wrong = none").find("NAME = NUMBER") != std::string::npos);
}

TEST_CASE("what is no finite number, or no time of day, is refused") {
    for (const char* line : {"at 5: nmea.late = nan", "at 5: nmea.late = 0 to nan",
                             "nmea.delay = nan", "ppsd.nmea-delay = -inf", "limit missed = nan"})
        CHECK(refused(line).starts_with("x.scenario:1: "));
    for (const char* line : {"at inf: pps missing", "every nan: pps missing",
                             "at 5 for 1 to inf: pps missing", "at 1e10: pps missing"})
        CHECK(refused(line).find("number of seconds") != std::string::npos);
    CHECK(refused("at 1e9 for 1e9: pps missing").empty());
    for (const char* time :
         {"2026-06-30T23:50:00Z", "2026-06-30 23:50:00", "2026-06-30T24:00:00",
          "2026-06-30T23:60:00", "2026-06-30T23:50:60", "2026-06-30T-1:50:00", "2026-6-30T23:50:00",
          "67562-06-30T23:50:00", "1969-12-31T23:59:59", "2096-10-02T07:06:41"})
        CHECK(refused(std::string{"start = "} + time).find("is wanted") != std::string::npos);
    CHECK(refused("start = 2096-10-02T07:06:40").empty());
}

TEST_CASE("drawn scenarios come back from their text as they were") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const Scenario drawn = draw_scenario(seed);
        const Scenario again = parse(scenario_text(drawn)).world;
        for (const KeyInfo& key : key_table) {
            CAPTURE(key.name);
            if (key.kind == Kind::sentences)
                CHECK(again.sentence_sets[static_cast<std::size_t>(again.base[Key{key}])] ==
                      drawn.sentence_sets[static_cast<std::size_t>(drawn.base[Key{key}])]);
            else
                CHECK(again.base[Key{key}] == drawn.base[Key{key}]);
        }
        CHECK(scenario_text(again) == scenario_text(drawn));
    }
}

TEST_CASE("a scenario by its name, where an installation has it") {
    namespace fs = std::filesystem;
    const test::ScratchPath scratch;
    const fs::path prefix = fs::path{scratch.path()}.parent_path();
    fs::create_directories(prefix / "share/ppsd/scenarios");
    fs::create_directories(prefix / "bin");
    std::ofstream{prefix / "share/ppsd/scenarios/here.scenario"} << "nmea.delay = 0.25\n";
    const fs::path before = fs::current_path();
    fs::current_path(prefix / "bin");
    const double delay = read_scenario("here").world.base["nmea.delay"];
    fs::current_path(before);
    CHECK(delay == 0.25);
}

TEST_CASE("a file that isn't there") {
    CHECK_THROWS_AS((void)read_scenario("no/such.scenario"), hal::DeviceError);
    CHECK_THROWS_AS((void)read_scenario("/dev/zero"), hal::DeviceError);
    CHECK_THROWS_AS((void)read_scenario("/"), hal::DeviceError);
}
