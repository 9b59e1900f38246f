#include "daemon/pipeline/announced_leaps.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/leap_list.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

constexpr hal::UtcSecond end = hal::UtcSecond::from_posix(1'801'440'000); // 2027-02-01
const Log quiet{LogLevel::warning, true};

} // namespace

TEST_CASE("announced leaps: in its month, until the list expires; its end is said once a list") {
    const Capture err;
    AnnouncedLeaps leaps{leap_list(end, 1, end - 10), quiet};
    CHECK(leaps.at(end - 11) == discipline::Leap::inserted);
    CHECK_FALSE(err.has("expired"));
    CHECK(leaps.at(end - 10) == discipline::Leap::none);
    CHECK(leaps.at(end - 9) == discipline::Leap::none);
    CHECK(err.text() ==
          "<4>the list of leap seconds expired at 2027-01-31T23:59:50Z: no leap second is known; "
          "update tzdata, or set leap-file\n");
    leaps.set(leap_list(end, -1, end - 5));
    CHECK(leaps.at(end - 6) == discipline::Leap::deleted);
    CHECK(leaps.at(end - 5) == discipline::Leap::none);
    CHECK(err.count("expired") == 2);
}

TEST_CASE("announced leaps: no list announces nothing and says nothing") {
    const Capture err;
    AnnouncedLeaps leaps{{}, quiet};
    CHECK(leaps.at(end - 1) == discipline::Leap::none);
    CHECK(err.text().empty());
}
