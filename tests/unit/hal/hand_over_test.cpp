#include "hand_over.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using hal::HandOver;

TEST_CASE("hand-over: what was added since the last time, in order") {
    HandOver<std::string> texts;
    *texts.add() += "a";
    *texts.add() += "b";
    std::string* const first = texts.take();
    REQUIRE(first);
    CHECK(*first == "ab");
    texts.add()->append("c"); // while the first is looked at
    CHECK(*first == "ab");
    first->clear();
    std::string* const second = texts.take();
    REQUIRE(second);
    CHECK(*second == "c");
    second->clear();
    REQUIRE(texts.take());
    CHECK(texts.take()->empty());
}

TEST_CASE("hand-over: nothing can be taken while it is added to, all of it afterwards") {
    HandOver<std::string> texts;
    {
        const auto text = texts.add();
        *text += "a";
        CHECK(texts.take() == nullptr);
        *text += "b";
        CHECK(texts.take() == nullptr);
    }
    REQUIRE(texts.take());
}

TEST_CASE("hand-over: an exception while it is added to leaves it as it is") {
    HandOver<std::string> texts;
    const auto add_and_throw = [&] {
        const auto text = texts.add();
        *text += "a";
        throw std::runtime_error("b");
    };
    CHECK_THROWS(add_and_throw());
    const std::string* const text = texts.take();
    REQUIRE(text);
    CHECK(*text == "a");
}
