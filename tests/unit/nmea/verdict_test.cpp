#include "daemon/nmea/verdict.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::nmea;

TEST_CASE("every verdict has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < verdict_count; ++i) {
        CHECK_FALSE(name(static_cast<Verdict>(i)).empty());
        names.insert(name(static_cast<Verdict>(i)));
    }
    CHECK(names.size() == verdict_count);
    CHECK(name(Verdict::used) == "used");
    CHECK(name(Verdict::malformed) == "malformed");
    CHECK(name(Verdict::repeated) == "repeated");
}
