#include "ntpdshm/layout.hpp"

#include <doctest/doctest.h>

using namespace ntpdshm;

TEST_CASE("the option's words") {
    CHECK(parse_layout_choice("auto") == LayoutChoice::automatic);
    CHECK(parse_layout_choice("native") == LayoutChoice::native);
    CHECK(parse_layout_choice("time32") == LayoutChoice::time32);
    CHECK(parse_layout_choice("time64") == LayoutChoice::time64);
    CHECK_FALSE(parse_layout_choice("").has_value());
    CHECK_FALSE(parse_layout_choice("time6").has_value());
    CHECK_FALSE(parse_layout_choice("Time64").has_value());
}

TEST_CASE("sizes tell layouts, and no other size does") {
    CHECK(layout_of_size(96) == Layout::time64);
    CHECK(layout_of_size(80) == Layout::time32);
    for (std::size_t other : {0U, 79U, 81U, 88U, 95U, 97U, 4096U})
        CHECK_FALSE(layout_of_size(other).has_value());
    CHECK(size(Layout::time64) == 96);
    CHECK(size(Layout::time32) == 80);
}

TEST_CASE("what fits") {
    CHECK(last_second(Layout::time32) == 2147483647);
    CHECK(last_second(Layout::time64) == INT64_MAX);
}

TEST_CASE("names") {
    CHECK(name(Layout::time32) == "time32");
    CHECK(name(Layout::time64) == "time64");
}

TEST_CASE("the C library agrees with the native layout") {
    struct ShmTime {
        int mode;
        int count;
        std::time_t clockTimeStampSec;
        int clockTimeStampUSec;
        std::time_t receiveTimeStampSec;
        int receiveTimeStampUSec;
        int leap, precision, nsamples, valid;
        unsigned clockTimeStampNSec, receiveTimeStampNSec;
        int dummy[8];
    };
    const Offsets& at = offsets(native_layout());
    CHECK(sizeof(ShmTime) == size(native_layout()));
    CHECK(offsetof(ShmTime, receiveTimeStampSec) == at.receive_sec);
    CHECK(offsetof(ShmTime, valid) == at.valid);
    CHECK(offsetof(ShmTime, receiveTimeStampNSec) == at.receive_nsec);
}
