#include "daemon/setup/facts_json.hpp"

#include "hal/error.hpp"
#include "tests/unit/setup/samples.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("facts come back from JSON as they went") {
    const std::string json = facts_json(board_that_works());
    const Facts facts = parse_facts(json);
    CHECK(facts_json(facts) == json);
    CHECK(facts.board.compatible.size() == 2);
    REQUIRE(facts.ports.size() == 2);
    CHECK_FALSE(facts.ports[0].heard);
    REQUIRE(facts.ports[1].heard);
    CHECK(facts.ports[1].heard->sentences.at("GPGSV") == 20);
    CHECK(facts.ports[1].heard->delay_s == 0.123);
    CHECK_FALSE(facts.lines[1].seen);
    CHECK_FALSE(facts.lines[2].seen->period_s);
    CHECK(facts.lines[3].seen->period_s == 1.0);
    CHECK(facts.programs[0].units == std::vector<int>{0, 1});
}

TEST_CASE("what isn't said has its default") {
    const Facts facts = parse_facts(R"({"board": {"model": "X"}, "lines": [{"offset": 3}]})");
    CHECK(facts.board.model == "X");
    CHECK(facts.lines.at(0).offset == 3);
    CHECK(facts.ports.empty());
}

TEST_CASE("what is no facts is refused") {
    for (const char* const text : {"", "{", "[]", "7", R"({"ports": 3})", R"({"lines": [1]})"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(std::ignore = parse_facts(text), hal::UsageError);
    }
}

TEST_CASE("bytes that are no UTF-8 make no JSON that can't be read") {
    Facts facts;
    facts.board.model = "\xff\xfe";
    CHECK_NOTHROW(std::ignore = parse_facts(facts_json(facts)));
}
