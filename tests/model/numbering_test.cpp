// The walk through all states of the numbering, in all moments; minutes.
#include "tests/model/numbering_walk.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

const Lengths delays{200ms, 500ms, 600ms};
constexpr int lock_count = 3;
constexpr int usual_lock_count = 5;

} // namespace

TEST_CASE("a wrong second is never published by fewer than lock-count labels in a row") {
    for (const int locks : {1, 2, lock_count, usual_lock_count})
        for (const Nanos delay : delays)
            for (const Moments* moments : {&without_leaps, &with_list, &without_list}) {
                CAPTURE(locks);
                CAPTURE(delay);
                CAPTURE(moments->all.back().first);
                NumberingWalk{locks, delay, *moments}.lock_needs_its_labels();
            }
}

TEST_CASE("what was believed for a minute outlives all but 120 in a row") {
    for (const Nanos delay : delays) {
        CAPTURE(delay);
        NumberingWalk{lock_count, delay, without_leaps}.a_minute_is_believed(
            Numbering::replace_count);
    }
}

// With a list it takes minutes: once, where a late label comes after the next pulse.
TEST_CASE("what was believed for a minute outlives them near a listed leap second, too") {
    NumberingWalk{lock_count, 600ms, with_list}.a_minute_is_believed(Numbering::replace_count);
}

TEST_CASE("where no list knows the month's end, all but 60 in a row") {
    for (const Nanos delay : delays) {
        CAPTURE(delay);
        NumberingWalk{lock_count, delay, without_list}.a_minute_is_believed(
            Numbering::replace_count / 2);
    }
}

TEST_CASE("240 right labels publish again, whatever came before") {
    for (const Nanos delay : delays)
        for (const Moments* moments : {&with_list, &without_list}) {
            CAPTURE(delay);
            CAPTURE(moments->all.back().first);
            NumberingWalk walk{lock_count, delay, *moments};
            CHECK(walk.longest_recovery() <= 2 * Numbering::replace_count);
        }
}
