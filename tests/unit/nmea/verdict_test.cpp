#include "daemon/nmea/verdict.hpp"

#include "tests/unit/support/verdicts.hpp"

#include <doctest/doctest.h>

using namespace ppsd::nmea;

TEST_CASE("every verdict has a name of its own, fit for a key, and a meaning on one line") {
    ppsd::app::test::check_verdicts<Verdict>(verdict_count);
}

TEST_CASE("a name stands beside its own enumerator") {
    CHECK(name(Verdict::used) == "used");
    CHECK(name(Verdict::malformed) == "malformed");
    CHECK(name(Verdict::repeated) == "repeated");
}
