#include "daemon/observe/text_curve.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace ppsd;
using Values = std::vector<std::optional<double>>;

TEST_CASE("the range: least to largest; a margin where they are the same") {
    CHECK_FALSE(range_of(Values{}));
    CHECK_FALSE(range_of(Values{std::nullopt, NAN, INFINITY}));
    const auto range = range_of(Values{2e-6, std::nullopt, -1e-6, NAN});
    REQUIRE(range);
    CHECK(range->low == -1e-6);
    CHECK(range->high == 2e-6);
    const auto same = range_of(Values{1e-6, 1e-6});
    REQUIRE(same);
    CHECK(same->low == doctest::Approx(0.9e-6));
    CHECK(same->high == doctest::Approx(1.1e-6));
    const auto none = range_of(Values{0.0});
    REQUIRE(none);
    CHECK(none->low == doctest::Approx(-1e-9));
}

TEST_CASE("ASCII: three heights in a row, the highest first, the newest on the right") {
    const CurveRange range{0, 5};
    CHECK(curve(Values{0.0, 1.0, 2.0, 3.0, 4.0, 5.0}, range, 6, 2, false) ==
          std::vector<std::string>{"   .-'", ".-'   "});
    // Room to the left, a gap, and what is outside the range.
    CHECK(curve(Values{5.0, std::nullopt, 5.001, -0.001, NAN, 0.0}, range, 8, 2, false) ==
          std::vector<std::string>{"  '     ", "       ."});
    // The oldest are left out.
    CHECK(curve(Values{5.0, 5.0, 0.0}, range, 2, 1, false) == std::vector<std::string>{"'."});
    CHECK(values_in(10, false) == 10);
}

TEST_CASE("braille: two values and four heights in a character, with a line between neighbours") {
    const CurveRange range{0, 3};
    // Left column: dot 7 (0x40), right column: dots 6 and 8, a line up from there.
    CHECK(curve(Values{0.0, 1.0}, range, 1, 1, true) == std::vector<std::string>{"\u28e0"});
    CHECK(curve(Values{3.0}, range, 1, 1, true) == std::vector<std::string>{"\u2808"});
    // Without a value between them there is no line.
    CHECK(curve(Values{0.0, std::nullopt, 3.0, 3.0}, range, 2, 1, true) ==
          std::vector<std::string>{"\u2840\u2809"});
    CHECK(curve(Values{0.0, 3.0}, range, 2, 1, true) == std::vector<std::string>{" \u28f8"});
    // Two rows: eight heights.
    CHECK(curve(Values{0.0, 7.0}, {0, 7}, 1, 2, true) ==
          std::vector<std::string>{"\u28b8", "\u28f8"});
    CHECK(values_in(10, true) == 20);
}

TEST_CASE("nothing to show, and no room") {
    CHECK(curve(Values{}, {0, 1}, 3, 2, false) == std::vector<std::string>{"   ", "   "});
    CHECK(curve(Values{}, {0, 1}, 3, 1, true) == std::vector<std::string>{"   "});
    CHECK(curve(Values{1.0}, {0, 1}, 3, 0, true).empty());
    CHECK(curve(Values{1.0}, {1, 1}, 1, 1, false) == std::vector<std::string>{" "});
}
