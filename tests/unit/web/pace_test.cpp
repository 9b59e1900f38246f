#include "daemon/web/pace.hpp"

#include <doctest/doctest.h>

using ppsd::web::Pace;

TEST_CASE("a second from question to question, while each answer has the next sample") {
    Pace pace;
    for (std::int64_t second = 10; second < 20; ++second)
        CHECK(pace.next(second) == Pace::second);
}

TEST_CASE("it moves away where a sample is seen twice or passed over; not where there is none") {
    Pace pace;
    CHECK(pace.next(10) == Pace::second);
    CHECK(pace.next(10) == Pace::second + Pace::move);
    CHECK(pace.next(12) == Pace::second + Pace::move);
    CHECK(pace.next(13) == Pace::second);
    CHECK(pace.next(std::nullopt) == Pace::second);
    CHECK(pace.next(20) == Pace::second);
}
