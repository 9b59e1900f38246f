#include "hal/src/recording_beginning.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hal;

TEST_CASE("sound: nothing yet, a head, or a first line that was torn") {
    for (const std::string text :
         {"", "p", "ppsd-recording ", "ppsd-recording 2 5", "ppsd-recording 2 5 0\n",
          "ppsd-recording 1 5 3\nrest", "ppsd-recording 2 5 0\nwhatever\n"})
        CHECK_MESSAGE(judge_beginning(text, false) == Beginning::sound, text);
}

TEST_CASE("damaged: zeros, or lines of a recording without their head") {
    CHECK(judge_beginning("", true) == Beginning::damaged);
    for (const std::string text :
         {"raw 1 2\n", "tick 7\n", "x\nedge 1 r\n", "ppsd-recording 3 5 0\ntick 1\n",
          "sync 0 0\nppsd-recording 2 5 0\n"})
        CHECK_MESSAGE(judge_beginning(text, false) == Beginning::damaged, text);
    // Zeros before a head are damage, too.
    CHECK(judge_beginning("ppsd-recording 2 5 0\n", true) == Beginning::damaged);
}

TEST_CASE("foreign: no head, and no line that has a time") {
    for (const std::string text :
         {"\n", "root:x:0:0\n", "ppsd_recording 2 5 0\n", "ppsd-rex", "option edge rising\n",
          "program x\nleap y\n", "ppsd-recording x\n", "tick 1"})
        CHECK_MESSAGE(judge_beginning(text, false) == Beginning::foreign, text);
    CHECK(judge_beginning("SWAPSPACE2", true) == Beginning::foreign);
}
