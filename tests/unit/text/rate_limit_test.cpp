#include "daemon/text/rate_limit.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

namespace {
constexpr MonoTime start = MonoTime::from_ns(5'000'000'000);
} // namespace

TEST_CASE("a burst at once, then one each interval") {
    RateLimit limit{3, 10s};
    CHECK_FALSE(limit.next());
    for (int i = 0; i < 3; ++i)
        CHECK(limit.allow(start));
    CHECK_FALSE(limit.allow(start));
    CHECK(limit.next() == start + 10s);
    CHECK_FALSE(limit.allow(start + 10s - 1ns));
    CHECK(limit.allow(start + 10s));
    CHECK_FALSE(limit.allow(start + 20s - 1ns));
    CHECK(limit.allow(start + 20s));
}

TEST_CASE("after a long calm the whole burst again, and no more") {
    RateLimit limit{2, 1s};
    CHECK(limit.allow(start));
    CHECK(limit.allow(start));
    for (int i = 0; i < 2; ++i)
        CHECK(limit.allow(start + 1000s));
    CHECK_FALSE(limit.allow(start + 1000s));
    CHECK_FALSE(limit.allow(start + 1001s - 1ns));
    CHECK(limit.allow(start + 1001s));
}

TEST_CASE("what was earned in part is not lost") {
    RateLimit limit{1, 10s};
    CHECK(limit.allow(start));
    CHECK(limit.allow(start + 19s));
    CHECK_FALSE(limit.allow(start + 29s - 1ns)); // it was whole again at 10 s
    CHECK(limit.allow(start + 29s));
}
