#include "daemon/discipline/label_train.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

/// Labels a second apart; label n comes at n seconds.
class Labels : public LabelTrain {
  public:
    explicit Labels(int needed = 5) : LabelTrain{needed} {}
    bool label(std::int64_t n, Nanos late = 0ns, std::int64_t ahead = 0) {
        return add(UtcSecond::from_posix(1'750'000'000 + n + ahead), at(whole_seconds(n) + late));
    }
    bool run(std::int64_t from, std::int64_t to, std::int64_t ahead = 0) {
        bool trusted = false;
        for (std::int64_t n = from; n <= to; ++n) trusted = label(n, 0ns, ahead);
        return trusted;
    }
};

} // namespace

TEST_CASE("the label train trusts the label that makes enough, not the one before") {
    for (const int needed : {2, 5, 10}) {
        Labels labels{needed};
        CHECK_FALSE(labels.run(0, needed - 2));
        CHECK(labels.label(needed - 1));
    }
}

TEST_CASE("a label fits to 0.4 s, to the nanosecond") {
    for (const Nanos late : Lengths{400ms, -400ms}) {
        Labels labels;
        labels.run(0, 4);
        CHECK(labels.label(5, late));
    }
    for (const Nanos late : Lengths{400ms + 1ns, -400ms - 1ns}) {
        Labels labels;
        labels.run(0, 4);
        CHECK_FALSE(labels.label(5, late));
    }
}

TEST_CASE("labels that were missing don't matter") {
    Labels labels;
    labels.run(0, 4);
    CHECK(labels.label(20));
}

TEST_CASE("two misfits are passed over, three begin anew") {
    Labels labels;
    labels.run(0, 4);
    CHECK_FALSE(labels.run(5, 6, 1));
    CHECK(labels.label(7));
    CHECK_FALSE(labels.run(8, 10, 1));
    CHECK_FALSE(labels.run(11, 16)); // three misfits once more, then the old numbering: 1, 2, 3, 4
    CHECK(labels.label(17));
}

TEST_CASE("another numbering is trusted after 60 labels, not before") {
    for (const std::int64_t jump : {-1, 1, 18, -3600}) {
        Labels labels;
        labels.run(0, 4);
        CHECK_FALSE(labels.run(5, 7, jump)); // the third is the first of 60
        for (int n = 8; n < 66; ++n) CHECK_FALSE(labels.label(n, 0ns, jump));
        CHECK(labels.label(66, 0ns, jump));
        CHECK(labels.label(67, 0ns, jump));
    }
}

TEST_CASE("numbered anew before it was ever trusted, or after the fix was lost: as at first") {
    Labels fresh;
    fresh.run(0, 3);
    fresh.run(4, 9, 18);
    CHECK(fresh.label(10, 0ns, 18));
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    CHECK_FALSE(labels.run(5, 8, 18));
    CHECK(labels.label(9, 0ns, 18));
}

TEST_CASE("labels that stand still, or run twice as fast, are never trusted") {
    Labels still;
    Labels fast;
    for (int n = 0; n < 100; ++n) {
        CHECK_FALSE(still.label(n, 0ns, -n));
        CHECK_FALSE(fast.label(n, 0ns, n));
    }
}

TEST_CASE("a clock that slews at its limit keeps them trusted") {
    for (const Nanos second : {917ms, 1083ms}) {
        LabelTrain labels{5};
        bool trusted = false;
        for (int n = 0; n < 100; ++n)
            trusted = labels.add(UtcSecond::from_posix(1'750'000'000 + n), at(n * second));
        CHECK(trusted);
    }
}

TEST_CASE("a leap second that was named keeps them trusted") {
    Labels labels;
    labels.run(0, 4);
    CHECK(labels.label(5)); // :60, by the name of the second after it
    labels.leap_second();
    CHECK(labels.label(6, 0ns, -1));
}

TEST_CASE("begun anew, the first label is none of enough") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    CHECK_FALSE(labels.run(5, 8));
    CHECK(labels.label(9));
}
