#include "hal/sim/keys.hpp"

#include "hal/sim/scenario.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace hal::sim;

TEST_CASE("each key has a name of its own, and is found by it") {
    std::set<std::string_view> names;
    for (const KeyInfo& key : keys()) {
        CHECK(names.insert(key.name).second);
        CHECK(find_key(key.name) == &key);
        CHECK(&info(key.key) == &key);
        CHECK_FALSE(key.meaning.empty());
    }
    CHECK(names.size() == key_count);
    CHECK(find_key("nmea.delayed") == nullptr);
}

TEST_CASE("defaults are what the table says, and within its ranges") {
    const Parameters parameters;
    CHECK(parameters[Key::nmea_delay] == 0.12);
    CHECK(parameters[Key::receiver_fix] == 1);
    CHECK(parameters.is_on(Key::receiver_fix));
    CHECK_FALSE(parameters.is_on(Key::nmea_silence));
    CHECK(parameters[Key::ppsd_nmea_delay] == not_set);
    CHECK(parameters[Key::start] == 1'772'323'200); // 2026-03-01
    CHECK(parameters.ns(Key::nmea_delay) == 120'000'000);
    for (const KeyInfo& key : keys()) {
        const double value = parameters[key.key];
        CAPTURE(key.name);
        if (key.kind == Kind::number) CHECK((value >= key.low && value <= key.high));
        if (key.kind == Kind::word) CHECK(place_of(key.fallback, key.unit) == value);
    }
}

TEST_CASE("words are known by their place") {
    CHECK(place_of("no", "no yes") == 0);
    CHECK(place_of("yes", "no yes") == 1);
    CHECK_FALSE(place_of("ye", "no yes"));
    CHECK_FALSE(place_of("", "no yes"));
    Parameters parameters;
    parameters.set(Key::receiver_leap, 3);
    CHECK(parameters.word<LeapStyle>(Key::receiver_leap) == LeapStyle::late);
}

TEST_CASE("named faults name keys, within their range") {
    for (const NamedFault& fault : named_faults()) {
        const KeyInfo& key = info(fault.key);
        if (key.kind == Kind::number) CHECK((fault.value >= key.low && fault.value <= key.high));
    }
}
