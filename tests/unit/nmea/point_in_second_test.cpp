#include "daemon/nmea/point_in_second.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ppsd::nmea;

namespace {

constexpr std::int32_t ms = 1'000'000;

/// "+" for each time that may make a label, "-" for each that may not.
std::string which(const std::vector<TimeOfDay>& times) {
    PointInSecond point;
    std::string text;
    for (const auto& time : times)
        text += point.add(time) ? '+' : '-';
    return text;
}

} // namespace

TEST_CASE("whole seconds do, and nothing between them") {
    CHECK(which({{0, 0}, {1, 0}, {2, 0}, {9, 0}}) == "++++");
    CHECK(which({{0, 0}, {0, 500 * ms}, {1, 0}, {1, 500 * ms}, {2, 0}}) == "+-+-+");
}

TEST_CASE("a fraction that stays does") {
    CHECK(which({{0, 1 * ms}, {1, 1 * ms}, {2, 1 * ms}}) == "+++");
    CHECK(which({{0, 990 * ms}, {1, 90 * ms}, {1, 190 * ms}, {1, 990 * ms}}) == "+--+");
}

TEST_CASE("whole seconds take over from a fraction") {
    CHECK(which({{0, 300 * ms}, {0, 400 * ms}, {1, 0}, {1, 300 * ms}, {2, 0}}) == "+-+-+");
}

TEST_CASE("another fraction does from its second time on, once the one before stays away") {
    CHECK(which({{0, 300 * ms}, {1, 300 * ms}, {2, 600 * ms}, {3, 600 * ms}}) == "++-+");
    // A second after the last one is not yet more than one.
    CHECK(which({{0, 300 * ms}, {0, 700 * ms}, {1, 299 * ms}, {2, 299 * ms}}) == "+---");
    CHECK(which({{0, 300 * ms}, {1, 301 * ms}, {2, 301 * ms}}) == "+-+");
}

TEST_CASE("a fraction that changes each second does not") {
    CHECK(which({{0, 100 * ms}, {1, 170 * ms}, {2, 240 * ms}, {3, 310 * ms}}) == "+---");
    CHECK(which({{0, 900 * ms}, {1, 800 * ms}, {2, 700 * ms}, {3, 600 * ms}}) == "+---");
}

TEST_CASE("after the receiver's clock was set back by more than a second, it is a new fraction") {
    CHECK(which({{9, 100 * ms}, {5, 200 * ms}, {6, 200 * ms}}) == "+-+");
}
