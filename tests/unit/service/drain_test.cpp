#include "daemon/service/drain.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace ppsd::app;

namespace {

struct Source {
    int left;
    std::optional<int> read() {
        if (left == 0) return std::nullopt;
        return left--;
    }
};

} // namespace

TEST_CASE("everything is read where the budget allows it") {
    Source source{4};
    int taken = 0;
    CHECK_FALSE(drain(source, 5, [&](int) { return ++taken, std::size_t{1}; }));
    CHECK(taken == 4);
}

TEST_CASE("a flood is left at the budget, and goes on from there") {
    Source flood{10};
    int taken = 0;
    const auto take = [&](int) { return ++taken, std::size_t{1}; };
    CHECK(drain(flood, 4, take));
    CHECK(taken == 4);
    CHECK(drain(flood, 4, take));
    CHECK_FALSE(drain(flood, 4, take));
    CHECK(taken == 10);
}

TEST_CASE("what costs more than is left ends it, too") {
    Source flood{10};
    int taken = 0;
    CHECK(drain(flood, 100, [&](int) { return ++taken, std::size_t{60}; }));
    CHECK(taken == 2);
}
