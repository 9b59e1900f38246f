#include "daemon/discipline/verdict.hpp"

#include "tests/unit/support/verdicts.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

TEST_CASE("every verdict has a name of its own, fit for a key, and a meaning on one line") {
    ppsd::app::test::check_verdicts<Verdict>(verdict_count);
}

TEST_CASE("a name stands beside its own enumerator") {
    CHECK(name(Verdict::used) == "used");
    CHECK(name(Verdict::off_beat) == "off-beat");
    CHECK(name(Verdict::not_taken) == "not-taken");
}
