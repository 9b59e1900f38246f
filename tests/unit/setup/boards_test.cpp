#include "daemon/setup/boards.hpp"

#include <doctest/doctest.h>
#include <set>

using namespace ppsd::app;

TEST_CASE("a board's row is found by any of its words") {
    const auto* const pi = find_row({"", {"raspberrypi,5-model-b", "brcm,bcm2712"}});
    REQUIRE(pi != nullptr);
    CHECK(pi->name == "Raspberry Pi 5");
    CHECK(find_row({"Raspberry Pi 9", {"raspberrypi,9-model-b"}}) == nullptr);
    CHECK(find_row({}) == nullptr);
}

TEST_CASE("no two rows are of one board, and what serves is on the header") {
    std::set<std::string_view> words;
    for (const BoardRow& row : board_rows()) {
        CAPTURE(row.name);
        CHECK(words.insert(row.compatible).second);
        CHECK(row.pins.empty() == (row.header_lines == 0));
        for (const unsigned offset : row.serving)
            CHECK(offset < row.header_lines);
    }
}
