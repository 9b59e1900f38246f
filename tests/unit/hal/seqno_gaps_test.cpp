#include "hal/src/seqno_gaps.hpp"

#include <doctest/doctest.h>

using hal::SeqnoGaps;

TEST_CASE("numbers in a row have no gap") {
    SeqnoGaps gaps;
    for (std::uint32_t n = 1; n <= 100; ++n)
        gaps.next(n);
    CHECK(gaps.missed() == 0);
}

TEST_CASE("gaps add up, and the first number counts from 1") {
    SeqnoGaps gaps;
    gaps.next(3);
    CHECK(gaps.missed() == 2);
    gaps.next(4);
    CHECK(gaps.missed() == 2);
    gaps.next(6);
    CHECK(gaps.missed() == 3);
}

TEST_CASE("the numbers wrap at 32 bits") {
    SeqnoGaps gaps;
    gaps.next(0xffff'ffffu);
    const auto missed = gaps.missed();
    CHECK(missed == 0xffff'fffeu);
    gaps.next(0);
    CHECK(gaps.missed() == missed);
    gaps.next(2);
    CHECK(gaps.missed() == missed + 1);
}
