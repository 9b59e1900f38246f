#include "daemon/simulate/sim_tables.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace ppsd::app;

TEST_CASE("the tables in the README are those that the rows give") {
    std::ifstream file{PPSD_SOURCE_DIR "/tests/sim/README.md"};
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    // A difference is too long to be printed.
    const bool same = with_part(text, sim_tables_part) == text;
    CHECK_MESSAGE(same, "write it anew: build/default/bin/option_texts --write");
}

TEST_CASE("a fault, a limit, a number and a key with words, as rows") {
    const std::string text = sim_tables();
    for (const char* line :
         {"| `pps glitches` | `line.glitches = 3` |\n", "| `no fix` | `receiver.fix = no` |\n",
          "| `labels behind` | `receiver.label-offset = -1` |\n",
          "| `coverage` |  | samples, as a part of all seconds: at least |\n",
          "| `nmea.late-by` | s | `0.45` | how late |\n",
          "| `nmea.silence` |  | `no` | nothing is sent: no yes |\n"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
}
