#include "daemon/discipline/lateness.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace ppsd::discipline;
using namespace hal;

namespace {

using Finding = Lateness::Finding;

/// One that has learned what a train without any scatter is like: the limit is its least.
Lateness strict() {
    Lateness lateness;
    for (int n = 0; n < 1000; ++n)
        (void)lateness.judge(1, 0ns);
    return lateness;
}

} // namespace

TEST_CASE("nothing is late before 32 pulses were seen") {
    for (const int seen : {0, 31, 32}) {
        CAPTURE(seen);
        Lateness lateness;
        for (int n = 0; n < seen; ++n)
            CHECK(lateness.judge(1, 0ns) == Finding::in_time);
        CHECK(lateness.judge(1, 2ms) == (seen < 32 ? Finding::in_time : Finding::late));
    }
}

TEST_CASE("a train without scatter: 5 us are in time, and 1 ns more isn't, but for rounding") {
    const Nanos limit = strict().limit();
    CHECK(limit >= Nanos{5us});
    CHECK(limit <= Nanos{5us} + 8 * 16ns); // a sixteenth of less than 16 ns is nothing
    CHECK(strict().judge(1, limit) == Finding::in_time);
    CHECK(strict().judge(1, limit + 1ns) == Finding::late);
    CHECK(strict().judge(2, limit + 1ns) == Finding::late);
}

TEST_CASE("an edge can't be early: early ones are in time") {
    Lateness lateness = strict();
    const Nanos limit = lateness.limit();
    CHECK(strict().judge(1, -limit) == Finding::in_time);
    CHECK(strict().judge(1, -limit - 1ns) == Finding::early);
}

TEST_CASE("the second in a row that comes early is in time: the clock may run faster") {
    Lateness lateness = strict();
    CHECK(lateness.judge(1, -100us) == Finding::early);
    CHECK(lateness.judge(1, 0ns) == Finding::in_time);
    CHECK(lateness.judge(1, -100us) == Finding::early);
    CHECK(lateness.judge(1, -100us) == Finding::in_time);
    CHECK(lateness.judge(1, -100us) == Finding::early);
}

TEST_CASE("a slower clock that began within a second: three that are later by as much each") {
    for (const Nanos off : {0ns, 1ns}) {
        Lateness lateness = strict();
        const Nanos limit = lateness.limit();
        CHECK(lateness.judge(1, 20us) == Finding::late); // then 100 us each second
        CHECK(lateness.judge(2, 120us) == Finding::late);
        CHECK(lateness.judge(3, 220us + limit + off) ==
              (off == 0ns ? Finding::new_rate : Finding::in_time));
    }
}

TEST_CASE("two edges that are late for the same second say nothing about the clock") {
    Lateness lateness = strict();
    CHECK(lateness.judge(1, 100us) == Finding::late);
    CHECK(lateness.judge(1, 200us) == Finding::late);
    CHECK(lateness.judge(2, 700us) == Finding::late);
}

TEST_CASE("what scatters by 10 us has late edges past 8 times that, and not before") {
    Lateness lateness;
    for (int n = 0; n < 1000; ++n)
        CHECK(lateness.judge(1, n % 2 ? 10us : -10us) == Finding::in_time);
    CHECK(lateness.limit() > Nanos{80us});
    CHECK(lateness.limit() < Nanos{90us});
}

TEST_CASE("three seconds after the last good pulse nothing is late") {
    CHECK(strict().judge(2, 1ms) == Finding::late);
    CHECK(strict().judge(3, 1ms) == Finding::in_time);
}

TEST_CASE("two late ones that a longer second explains are in time") {
    Lateness lateness = strict();
    CHECK(lateness.judge(1, 100us) == Finding::late);
    CHECK(lateness.judge(2, 200us) == Finding::new_rate);
}

TEST_CASE("two late ones alike are no longer second: two interrupts were late") {
    Lateness lateness = strict();
    CHECK(lateness.judge(1, 100us) == Finding::late);
    CHECK(lateness.judge(2, 100us) == Finding::late);
}

TEST_CASE("a single outlier does not widen the limit") {
    Lateness lateness = strict();
    const Nanos before = lateness.limit();
    CHECK(lateness.judge(3, 1ms) == Finding::in_time);
    CHECK(lateness.limit() < before + Nanos{5us});
}
