#include "daemon/pipeline/state.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::app;

TEST_CASE("every state has a name and an explanation of its own") {
    std::set<std::string_view> names;
    std::set<std::string_view> explanations;
    constexpr int count = static_cast<int>(State::withheld) + 1;
    for (int i = 0; i < count; ++i) {
        const auto state = static_cast<State>(i);
        CHECK_FALSE(name(state).empty());
        CHECK(name(state).find(' ') == std::string_view::npos);
        CHECK_FALSE(explanation(state).empty());
        names.insert(name(state));
        explanations.insert(explanation(state));
    }
    CHECK(names.size() == count);
    CHECK(explanations.size() == count);
}

TEST_CASE("the table's rows stand where the states do") {
    CHECK(name(State::starting) == "starting");
    CHECK(name(State::no_bytes) == "no-bytes");
    CHECK(name(State::no_labels) == "no-labels");
    CHECK(name(State::no_fix) == "no-fix");
    CHECK(name(State::no_pulses) == "no-pulses");
    CHECK(name(State::searching) == "searching");
    CHECK(name(State::straddling) == "straddling");
    CHECK(name(State::locked) == "locked");
    CHECK(name(State::holdover) == "holdover");
    CHECK(name(State::withheld) == "withheld");
}

TEST_CASE("without a source of pulses, nothing is said of pulses while searching") {
    CHECK(explanation(State::searching, true).find("pulses") != std::string_view::npos);
    CHECK(explanation(State::searching, false).find("pulses") == std::string_view::npos);
    CHECK(explanation(State::no_bytes, false) == explanation(State::no_bytes, true));
}

TEST_CASE("where there is something to do, the option is named") {
    CHECK(explanation(State::straddling).find("nmea-delay") != std::string_view::npos);
    CHECK(explanation(State::no_bytes).find("baud") != std::string_view::npos);
    CHECK(explanation(State::no_pulses).find("edge") != std::string_view::npos);
}
