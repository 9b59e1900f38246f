#include "daemon/ctl/state_colour.hpp"

#include "daemon/pipeline/state.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;

TEST_CASE("green is locked alone; yellow may pass by itself; all else is red") {
    using enum State;
    CHECK(state_colour(name(locked)) == Colour::green);
    for (const State state : {starting, searching, holdover, withheld})
        CHECK(state_colour(name(state)) == Colour::yellow);
    for (const State state :
         {no_bytes, no_labels, line_full, no_fix, no_pulses, straddling, implausible, contradicted})
        CHECK(state_colour(name(state)) == Colour::red);
    CHECK(state_colour("unit-removed") == Colour::red);
    CHECK(state_colour("") == Colour::red);
}

TEST_CASE("of the status' lines only the state is coloured") {
    CHECK(with_coloured_state("locked: samples: all\nsince x\n") ==
          "\033[32mlocked\033[0m: samples: all\nsince x\n");
    CHECK(with_coloured_state("no-fix: none\n") == "\033[31mno-fix\033[0m: none\n");
}
