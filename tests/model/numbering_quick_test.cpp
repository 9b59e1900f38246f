// What takes seconds of the walk through all states; numbering_test.cpp has the rest.
#include "tests/model/numbering_walk.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr int lock_count = 3;
// At 500 ms, a label that is late by half a second comes with a pulse; at 600 ms, after the next.
const Lengths delays{200ms, 500ms, 600ms};

} // namespace

TEST_CASE("all sequences: a wrong second is never published by fewer than lock-count in a row") {
    for (const Nanos delay : delays) {
        CAPTURE(delay);
        NumberingWalk{lock_count, delay, without_leaps}.lock_needs_its_labels();
        NumberingWalk{lock_count, delay, with_list}.lock_needs_its_labels();
    }
}

TEST_CASE("all sequences: what was believed for a minute outlives all but 120 in a row") {
    NumberingWalk{lock_count, 200ms, without_leaps}.a_minute_is_believed(Numbering::replace_count);
}

TEST_CASE("all sequences: near a listed leap second, off by one never wins") {
    NumberingWalk{lock_count, 200ms, only_near_a_leap}.never_wrong_again();
}

TEST_CASE("all sequences: 240 right labels publish again, whatever came before") {
    for (const Nanos delay : delays) {
        CAPTURE(delay);
        NumberingWalk walk{lock_count, delay, without_leaps};
        CHECK(walk.longest_recovery() <= 2 * Numbering::replace_count);
    }
}
