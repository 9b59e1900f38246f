// Ways to a wrong second that the walk through all states has found
// (tests/model), or drawn worlds.
#include "tests/unit/discipline/instants.hpp"

#include "daemon/discipline/numbering.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr int replace_count = Numbering::replace_count;
constexpr Nanos delay = 200ms;
constexpr Numbering::Moment usual{true, 0ns, false, false};
constexpr Numbering::Moment no_phase{false, 0ns, false, false};
constexpr Numbering::Moment near_a_leap{true, 0ns, true, false};

void run(Numbering& numbering, int count, Nanos off, const Numbering::Moment& moment = usual) {
    for (int n = 0; n < count; ++n)
        (void)numbering.add(delay + off, moment);
}

Numbering locked() {
    Numbering numbering{{}};
    run(numbering, 60, 0s);
    REQUIRE(numbering.k() == 0);
    return numbering;
}

} // namespace

TEST_CASE("found: searching, a late label that no phase tells from a wrong one ends the row") {
    Numbering numbering{{}};
    run(numbering, 4, 1s);
    run(numbering, 1, 500ms, no_phase); // names the right second
    run(numbering, 4, 1s);
    CHECK_FALSE(numbering.k());
}

TEST_CASE("found: a label of a third second ends the row") {
    auto numbering = locked();
    run(numbering, 59, -1s);
    run(numbering, 1, 1s);
    run(numbering, replace_count - 1, -1s);
    CHECK_FALSE(numbering.k());
}

TEST_CASE("found: a label that is refused near a leap second ends the row") {
    auto numbering = locked();
    run(numbering, 59, -1s);
    run(numbering, 1, 1s, near_a_leap);
    run(numbering, replace_count - 1, -1s);
    CHECK_FALSE(numbering.k());
}

TEST_CASE("found: off by one is by the second that it names, not by when it comes") {
    auto numbering = locked();
    run(numbering, 60, 500ms); // later, for a while
    REQUIRE(numbering.k() == 0);
    run(numbering, 2 * replace_count, -1s, near_a_leap); // and then as usual, but off by one
    CHECK_FALSE(numbering.k());
}

TEST_CASE("found: a row that began on the other side of a pulse named another second there") {
    for (const bool other_side : {false, true}) {
        Numbering numbering{{}};
        // A full line drains: labels are late by less and less, the last ones by no second.
        for (const Nanos late : {other_side ? 1920ms : 1700ms, 1640ms, 1360ms})
            run(numbering, 1, late);
        run(numbering, replace_count - 2, 1100ms);
        CHECK(numbering.k().has_value() == !other_side);
        run(numbering, 1, 1100ms);
        CHECK(numbering.k() == 1);
    }
}

TEST_CASE("found: searching, labels wander across a pulse: their former place still counts") {
    for (const Nanos wandered : {100ms, 250ms}) { // to one side of the pulse, and to the other
        Numbering numbering{{}};
        run(numbering, 30, 650ms);
        REQUIRE(numbering.k() == 0);
        run(numbering, 60, 1650ms); // forgotten
        run(numbering, 2 * replace_count, 650ms + wandered);
        CHECK(numbering.k().value_or(0) == 0);
    }
}
