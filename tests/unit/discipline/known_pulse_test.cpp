#include "daemon/discipline/known_pulse.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

namespace ppsd::discipline {

namespace {
const UtcSecond noon = UtcSecond::from_posix(1'750'000'000);
} // namespace

TEST_CASE(
    "known pulse: it reaches from itself to 300 s later, or half an hour, once there is one") {
    KnownPulse known;
    CHECK_FALSE(known.reaches(at(1s)));
    known.remember(noon, at(0s), 1s);
    CHECK_FALSE(known.reaches(at(-1ns)));
    CHECK(known.reaches(at(0ns)));
    CHECK(known.reaches(at(300s)));
    CHECK_FALSE(known.reaches(at(300s + 1ns)));
    CHECK(known.reaches(at(1800s), KnownPulse::tells_tenths));
    CHECK_FALSE(known.reaches(at(1800s + 1ns), KnownPulse::tells_tenths));
    known.forget();
    CHECK_FALSE(known.reaches(at(1s)));
}

TEST_CASE("known pulse: a second within 50 ms of where one begins") {
    KnownPulse known;
    known.remember(noon, at(0s), 1s);
    CHECK(known.second_at(at(7s + 50ms)) == noon + 7);
    CHECK(known.second_at(at(7s - 50ms)) == noon + 7);
    CHECK_FALSE(known.second_at(at(7s + 50ms + 1ns)));
    CHECK_FALSE(known.second_at(at(7s - 50ms - 1ns)));
}

TEST_CASE("known pulse: seconds were as long as they were then, and not when it matters") {
    KnownPulse known;
    known.remember(noon, at(0s), 1001ms);
    CHECK(known.second_at(at(100 * 1001ms)) == noon + 100);
    CHECK(known.late(noon + 100, at(100 * 1001ms + 5ms)) == 5ms);
    CHECK(known.late(noon + 100, at(100s)) == -100ms);
    known.remember(noon, at(0s), 1050ms);
    CHECK(known.second_at(at(9 * 1050ms)) == noon + 9);
    CHECK_FALSE(known.second_at(at(11 * 1050ms))); // or 12, if it is slewed no longer
}

} // namespace ppsd::discipline
