#include "hal/sim/keys.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace hal::sim;

TEST_CASE("each key has a name of its own, and is found by it") {
    std::set<std::string_view> names;
    for (const KeyInfo& key : key_table) {
        CHECK(names.insert(key.name).second);
        CHECK(find_key(key.name) == &key);
        CHECK(&info(Key{key}) == &key);
        CHECK_FALSE(key.meaning.empty());
    }
    CHECK(names.size() == key_count);
    CHECK(find_key("nmea.delayed") == nullptr);
}

TEST_CASE("defaults are what the table says, and within its ranges") {
    const Parameters parameters;
    CHECK(parameters["nmea.delay"] == 0.12);
    CHECK(parameters["receiver.fix"] == 1);
    CHECK(parameters.is_on("receiver.fix"));
    CHECK_FALSE(parameters.is_on("nmea.silence"));
    CHECK(parameters["ppsd.nmea-delay"] == not_set);
    CHECK(parameters["start"] == 1'772'323'200); // 2026-03-01
    CHECK(parameters.ns("nmea.delay") == 120'000'000);
    for (const KeyInfo& key : key_table) {
        const double value = parameters[Key{key}];
        CAPTURE(key.name);
        if (key.kind == Kind::number) CHECK((value >= key.limits.low && value <= key.limits.high));
        if (key.kind == Kind::word) CHECK(place_of(key.written, key.unit) == value);
    }
}

TEST_CASE("words are known by their place") {
    CHECK(place_of("no", "no yes") == 0);
    CHECK(place_of("yes", "no yes") == 1);
    CHECK_FALSE(place_of("ye", "no yes"));
    CHECK_FALSE(place_of("", "no yes"));
    Parameters parameters;
    parameters.set("receiver.leap", 3);
    CHECK(parameters.word<LeapStyle>("receiver.leap") == LeapStyle::late);
}

TEST_CASE("what is drawn is within a key's limits, and has a place of its own") {
    std::set<int> draws;
    std::set<int> faults;
    for (const KeyInfo& key : key_table) {
        CAPTURE(key.name);
        const bool words = key.kind == Kind::word;
        const Range limits = words ? Range{0, 4} : key.limits;
        const auto fits = [&](Range range) {
            return range.low >= limits.low && range.high <= limits.high && range.low <= range.high;
        };
        for (const Draw& draw : key.draws) {
            if (!draw.is_there()) continue;
            CHECK(draws.insert(draw.place).second);
            CHECK(draw.chance > 0);
            CHECK(fits(draw.from.range));
        }
        for (const FaultDraw& fault : key.faults) {
            if (!fault.is_there()) continue;
            CHECK(faults.insert(fault.place).second);
            CHECK(fits(fault.value));
        }
    }
    CHECK(*draws.begin() > 0);
    CHECK(*faults.begin() == 1);
    CHECK(*faults.rbegin() == static_cast<int>(faults.size())); // without a gap
}
