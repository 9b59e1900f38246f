#include "daemon/observe/moment.hpp"

#include <doctest/doctest.h>

using ppsd::parse_moment;

constexpr std::int64_t end = 1'795'889'773; // 2026-11-28T18:16:13Z

TEST_CASE("a length before the end") {
    CHECK(parse_moment("0s", end) == end);
    CHECK(parse_moment("90s", end) == end - 90);
    CHECK(parse_moment("15min", end) == end - 900);
    CHECK(parse_moment("6h", end) == end - 21600);
    CHECK(parse_moment("2d", end) == end - 172800);
    CHECK(parse_moment("1w", end) == end - 604800);
}

TEST_CASE("a time of UTC, and seconds since 1970") {
    CHECK(parse_moment("2026-11-28T18:16:13Z", end) == end);
    CHECK(parse_moment("2026-11-28T18:16", end) == end - 13);
    CHECK(parse_moment("2026-11-28 18:16:13", end) == end);
    CHECK(parse_moment("2026-11-28", end) == end - 18 * 3600 - 16 * 60 - 13);
    CHECK(parse_moment("1970-01-01", end) == 0);
    CHECK(parse_moment("2024-02-29", end).has_value());
    CHECK(parse_moment("@12", end) == 12);
}

TEST_CASE("what is none") {
    for (const char* text : {"",
                             "6",
                             "h",
                             "-6h",
                             "6 h",
                             "6hours",
                             "9999999h",
                             "99999999999999999999s",
                             "2026-11",
                             "2026-13-01",
                             "2026-00-01",
                             "2025-02-29",
                             "2026-11-28T",
                             "2026-11-28T24:00",
                             "2026-11-28T18:60",
                             "2026-11-28T18",
                             "2026-11-28T18:16:60",
                             "2026-11-28T18:16:13X",
                             "@",
                             "@x",
                             "@12x",
                             "now"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_moment(text, end));
    }
}
