#include "daemon/text/utc_text.hpp"

#include <doctest/doctest.h>

using ppsd::app::utc_text;

namespace {
constexpr std::int64_t second = 1'000'000'000;
}

TEST_CASE("times for people") {
    CHECK(utc_text(0, 0) == "1970-01-01T00:00:00Z");
    CHECK(utc_text(1'800'000'000 * second, 0) == "2027-01-15T08:00:00Z");
    CHECK(utc_text(951'782'400 * second, 0) == "2000-02-29T00:00:00Z");
    CHECK(utc_text(951'782'399 * second, 0) == "2000-02-28T23:59:59Z");
}

TEST_CASE("decimals are cut off, not rounded") {
    CHECK(utc_text(1'999'999'999, 0) == "1970-01-01T00:00:01Z");
    CHECK(utc_text(1'999'999'999, 1) == "1970-01-01T00:00:01.9Z");
    CHECK(utc_text(1'250'000'000, 2) == "1970-01-01T00:00:01.25Z");
    CHECK(utc_text(1'000'000'007, 9) == "1970-01-01T00:00:01.000000007Z");
    CHECK(utc_text(1'000'000'007, 8) == "1970-01-01T00:00:01.00000000Z");
}

TEST_CASE("before 1970 too") {
    CHECK(utc_text(-1, 9) == "1969-12-31T23:59:59.999999999Z");
    CHECK(utc_text(-second, 0) == "1969-12-31T23:59:59Z");
}

TEST_CASE("the first and the last time that an int64 can say") {
    CHECK(utc_text(INT64_MIN, 9) == "1677-09-21T00:12:43.145224192Z");
    CHECK(utc_text(INT64_MAX, 9) == "2262-04-11T23:47:16.854775807Z");
}
