#include "daemon/setup/boards.hpp"

#include <doctest/doctest.h>
#include <set>

using namespace ppsd::app;

TEST_CASE("a board's row is found by any of its words") {
    const auto* const black =
        find_row({"", {"ti,am335x-bone-black", "ti,am335x-bone", "ti,am33xx"}});
    REQUIRE(black != nullptr);
    CHECK(black->name == "BeagleBone Black");
    CHECK(find_row({"Raspberry Pi 9", {"raspberrypi,9-model-b"}}) == nullptr);
    CHECK(find_row({}) == nullptr);
}

TEST_CASE("no two rows are of one board") {
    std::set<std::string_view> words;
    for (const BoardRow& row : board_rows())
        CHECK(words.insert(row.compatible).second);
}
