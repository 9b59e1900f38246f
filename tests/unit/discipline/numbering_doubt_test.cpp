#include "daemon/discipline/numbering_doubt.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr int lasting = NumberingDoubt::lasting;

void contradict(NumberingDoubt& doubt, std::int64_t k, int labels) {
    for (int n = 0; n < labels; ++n)
        doubt.contradicted(k);
}

} // namespace

TEST_CASE("numbering doubt: 60 labels that said otherwise, mismatches included") {
    for (const int mismatches : {1, 3}) {
        NumberingDoubt doubt;
        doubt.locked(false);
        doubt.unlocked(mismatches);
        contradict(doubt, 7, lasting - mismatches - 1);
        CHECK_FALSE(doubt.doubts());
        doubt.contradicted(7);
        CHECK(doubt.doubts());
    }
}

TEST_CASE("numbering doubt: in a row, and of one numbering") {
    NumberingDoubt doubt;
    contradict(doubt, 7, lasting - 1);
    contradict(doubt, 8, lasting - 1);
    CHECK_FALSE(doubt.doubts());
    doubt.contradicted(8);
    CHECK(doubt.doubts());
    doubt.contradicted(9); // it stays
    CHECK(doubt.doubts());
    doubt.locked(false);
    CHECK_FALSE(doubt.doubts());
}

TEST_CASE("numbering doubt: another one than before is proven by 60 labels that confirm it") {
    for (const int labels : {lasting - 1, lasting}) {
        NumberingDoubt doubt;
        doubt.locked(true);
        CHECK_FALSE(doubt.doubts()); // it is locked on
        for (int n = 0; n < labels; ++n)
            doubt.confirmed();
        doubt.unlocked(3);
        CHECK(doubt.doubts() == (labels < lasting));
    }
}

TEST_CASE("numbering doubt: locked on again, it is as little proven as it was") {
    NumberingDoubt doubt;
    doubt.locked(true);
    for (int n = 0; n < lasting - 1; ++n)
        doubt.confirmed();
    doubt.locked(false);
    NumberingDoubt other = doubt;
    doubt.unlocked(1);
    CHECK(doubt.doubts());
    other.confirmed();
    other.unlocked(1);
    CHECK_FALSE(other.doubts());
}
