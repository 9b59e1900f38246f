#include "daemon/text/colour.hpp"

#include "tests/unit/support/capture.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("colour: to a terminal that isn't dumb, unless NO_COLOR is set and not empty") {
    CHECK(wants_colour(true, nullptr, "xterm"));
    CHECK(wants_colour(true, "", "xterm"));
    CHECK_FALSE(wants_colour(false, nullptr, "xterm"));
    CHECK_FALSE(wants_colour(true, "1", "xterm"));
    CHECK_FALSE(wants_colour(true, "0", "xterm"));
    CHECK_FALSE(wants_colour(true, nullptr, "dumb"));
    CHECK_FALSE(wants_colour(true, nullptr, ""));
    CHECK_FALSE(wants_colour(true, nullptr, nullptr));
    const auto file = scratch_file();
    CHECK_FALSE(wants_colour(file.get()));
}

TEST_CASE("a coloured word, and one that stays as it is") {
    CHECK(coloured("locked", Colour::green, true) == "\033[32mlocked\033[0m");
    CHECK(coloured("locked", Colour::yellow, true) == "\033[33mlocked\033[0m");
    CHECK(coloured("locked", Colour::red, true) == "\033[31mlocked\033[0m");
    CHECK(coloured("locked", Colour::none, true) == "locked");
    CHECK(coloured("locked", Colour::green, false) == "locked");
}
