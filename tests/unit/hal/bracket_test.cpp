#include "hal/src/bracket.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace hal;

namespace {

Bracket of(std::int64_t lo, std::int64_t hi) {
    return {Nanos{lo}, Nanos{hi}};
}

/// Hands out the given brackets in turn, the last one for ever.
struct Script {
    std::vector<Bracket> brackets;
    std::size_t taken = 0;

    Bracket operator()() {
        const std::size_t i = taken < brackets.size() ? taken : brackets.size() - 1;
        ++taken;
        return brackets[i];
    }
};

} // namespace

TEST_CASE("a bracket is what the readings allow, and a nanosecond for their cutting") {
    const auto b = bracket(MonoTime::from_ns(100), RealTime::from_ns(1150), MonoTime::from_ns(130));
    CHECK(b == of(1150 - 130 - 1, 1150 - 100 + 1));
    CHECK(b.width() == Nanos{32});
    CHECK(b.middle() == Nanos{1035});
}

TEST_CASE("an offset below zero has a middle inside, too") {
    const Bracket b = of(-7, -4);
    CHECK(b.middle() >= b.lo);
    CHECK(b.middle() <= b.hi);
}

TEST_CASE("brackets that touch intersect in a point; a nanosecond apart they don't") {
    CHECK(intersect(of(0, 10), of(10, 20)) == of(10, 10));
    CHECK(intersect(of(10, 20), of(0, 10)) == of(10, 10));
    CHECK_FALSE(intersect(of(0, 10), of(11, 20)));
    CHECK_FALSE(intersect(of(11, 20), of(0, 10)));
    CHECK(intersect(of(0, 100), of(40, 50)) == of(40, 50));
}

TEST_CASE("measuring stops as soon as the bracket is tight") {
    const auto tight = tight_bracket.count();
    Script tight_at_once{{of(0, tight)}};
    CHECK(measure(tight_at_once) == of(0, tight));
    CHECK(tight_at_once.taken == 1);

    Script tight_by_two{{of(0, tight + 1), of(1, tight + 5)}};
    CHECK(measure(tight_by_two) == of(1, tight + 1));
    CHECK(tight_by_two.taken == 2);
}

TEST_CASE("measuring ends when it never gets tight") {
    Script loose{{of(0, tight_bracket.count() + 1)}};
    CHECK(measure(loose) == of(0, tight_bracket.count() + 1));
    CHECK(loose.taken == most_brackets);
}

TEST_CASE("a step while measuring: only what came after it counts") {
    Script stepped{{of(0, 50), of(10, 60), of(1000, 1050), of(1040, 1044)}};
    CHECK(measure(stepped) == of(1040, 1044));
}

TEST_CASE("a wide bracket is taken again, a few times; the narrowest counts") {
    const auto wide = wide_bracket.count();
    Script good{{of(0, wide)}};
    CHECK(fresh(good) == of(0, wide));
    CHECK(good.taken == 1);

    Script preempted{{of(0, wide + 1), of(5, wide)}};
    CHECK(fresh(preempted) == of(5, wide));
    CHECK(preempted.taken == 2);

    Script busy{{of(0, wide + 9), of(0, wide + 3), of(0, wide + 5)}};
    CHECK(fresh(busy) == of(0, wide + 3));
    CHECK(busy.taken == most_tries);
}
