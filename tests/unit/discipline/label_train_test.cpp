#include "tests/unit/discipline/labels.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

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

TEST_CASE("after a gap a label may be late by a twelfth of it less, for slewing may hide as much") {
    struct Case {
        std::int64_t second;
        Nanos latest;
    };
    constexpr Nanos twelfth = Nanos{1s} / 12;
    for (const auto& [second, latest] :
         {Case{5, 400ms}, {6, 400ms - twelfth}, {7, 400ms - 2 * twelfth}}) {
        for (const Nanos more : Lengths{0ns, 1ns}) {
            Labels labels;
            labels.run(0, 4);
            CHECK(labels.label(second, latest + more) == (more == 0ns));
        }
        Labels early;
        early.run(0, 4);
        CHECK(early.label(second, -400ms));
    }
}

TEST_CASE("after 4 s without a label that fits they have to prove themselves anew") {
    for (const Nanos more : Lengths{0ns, 1ns}) {
        Labels labels;
        labels.run(0, 4);
        CHECK(labels.label(8, more) == (more == 0ns));
        labels.run(9, 11);
        CHECK(labels.label(12));
    }
}

TEST_CASE("a second that slewing hid while labels were missing is not trusted at once") {
    Labels labels;
    labels.run(0, 60);
    CHECK_FALSE(labels.label(74, -400ms, 1)); // the clock lost 0.6 s, the label is a second ahead
    CHECK_FALSE(labels.label(75, -400ms));
}

TEST_CASE("two misfits are passed over, three begin anew") {
    Labels labels;
    labels.run(0, 4);
    CHECK_FALSE(labels.run(5, 6, 1));
    CHECK(labels.label(7));
    CHECK_FALSE(labels.run(8, 10, 1));
    CHECK_FALSE(labels.run(11, 14)); // the old numbering, anew
    CHECK(labels.label(15));
}

TEST_CASE("before they are trusted, a single misfit begins anew") {
    Labels labels;
    labels.run(0, 3);
    CHECK_FALSE(labels.label(4, 1s)); // late
    CHECK_FALSE(labels.run(5, 8));
    CHECK(labels.label(9));
}

TEST_CASE("another numbering is trusted after 60 labels, not before") {
    for (const std::int64_t jump : {-1, 1, 18, -3600}) {
        Labels labels;
        labels.run(0, 4);
        CHECK_FALSE(labels.run(5, 7, jump)); // the third is the first of 60
        for (int n = 8; n < 66; ++n)
            CHECK_FALSE(labels.label(n, 0ns, jump));
        CHECK(labels.label(66, 0ns, jump));
        CHECK(labels.label(67, 0ns, jump));
    }
}

TEST_CASE("numbered anew before it was ever trusted: as at first") {
    Labels fresh;
    fresh.run(0, 3);
    fresh.run(4, 9, 18);
    CHECK(fresh.label(10, 0ns, 18));
}

TEST_CASE("numbered anew after the fix was lost: 60 labels, or as at first after 300 s") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    SUBCASE("the same numbering") {
        CHECK_FALSE(labels.run(5, 8));
        CHECK(labels.label(9));
    }
    SUBCASE("300 s after the last label") {
        CHECK_FALSE(labels.run(304, 362, 1));
        CHECK(labels.label(363, 0ns, 1));
    }
    SUBCASE("later") {
        CHECK_FALSE(labels.run(305, 308, 1));
        CHECK(labels.label(309, 0ns, 1));
    }
    SUBCASE("the fix is lost again before that") {
        CHECK_FALSE(labels.run(5, 9, 1));
        labels.restart();
        CHECK_FALSE(labels.run(10, 68, 1));
        CHECK(labels.label(69, 0ns, 1));
    }
}

TEST_CASE("numbered anew after slewing by more than half a second: 60 labels") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    for (int n = 5; n < 655; ++n)
        labels.label(n, n * 1ms); // 1000 ppm: 0.65 s later than at the restart
    CHECK(labels.label(655, 655ms));
    for (int n = 656; n < 717; ++n)
        CHECK_FALSE(labels.label(n, 655ms, 1));
    CHECK(labels.label(717, 655ms, 1));
}

TEST_CASE("0.39 s later after each restart: another numbering at the second, unless 60 were so") {
    for (const int until : {63, 64}) {
        Labels labels;
        labels.run(0, 4);
        labels.restart();
        for (int n = 5; n <= until; ++n)
            CHECK(labels.label(n, 390ms) == (n >= 9));
        labels.restart();
        for (int n = 65; n < 130; ++n)
            CHECK(labels.label(n, 780ms) == (n >= (until == 63 ? 124 : 69)));
    }
}

TEST_CASE("0.41 s later after a restart: 60 labels, and then that is what counts") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    for (int n = 5; n < 70; ++n)
        CHECK(labels.label(n, 410ms) == (n >= 64));
    labels.restart();
    for (int n = 70; n < 80; ++n)
        CHECK(labels.label(n, 780ms) == (n >= 74));
}

TEST_CASE("0.39 s earlier after a restart, for long: then 0.75 s later is another numbering") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    for (int n = 5; n < 70; ++n)
        (void)labels.label(n, -390ms);
    for (int n = 70; n < 131; ++n)
        CHECK_FALSE(labels.label(n, 360ms)); // though 0.36 s after the first ones
    CHECK(labels.label(131, 360ms));
}

TEST_CASE("labels of another kind than before, or the first of any, are trusted anew; once") {
    Labels labels;
    labels.run(0, 3);
    CHECK_FALSE(labels.anew());
    labels.run(4, 4);
    CHECK(labels.anew());
    labels.run(5, 5);
    CHECK_FALSE(labels.anew());
    SUBCASE("the same after a restart") {
        labels.restart();
        CHECK(labels.run(7, 11));
        CHECK_FALSE(labels.anew());
    }
    SUBCASE("0.4 s later after a restart, and by more") {
        for (const Nanos late : Lengths{400ms, 400ms + 1ns}) {
            Labels after = labels;
            after.restart();
            int n = 7;
            while (!after.label(n, late))
                ++n;
            CHECK(after.anew() == (late > 400ms));
            CHECK(after.label(n + 1, late));
            CHECK_FALSE(after.anew());
        }
    }
    SUBCASE("300 s without labels, and more") {
        for (const int n : {305, 306}) {
            Labels after = labels;
            CHECK(after.run(n, n + 4));
            CHECK(after.anew() == (n == 306));
        }
    }
    SUBCASE("after a misfit: the same") {
        CHECK_FALSE(labels.label(6, 500ms));
        CHECK(labels.label(7));
        CHECK_FALSE(labels.anew());
    }
}

TEST_CASE("near to the former numbering after not being: 60 labels, the jitter doesn't choose") {
    for (const Nanos later : Lengths{400ms, 400ms + 1ns}) {
        Labels labels;
        labels.run(0, 4);
        labels.restart();
        labels.label(5, 390ms);
        labels.label(6, later);
        for (int n = 7; n < 9; ++n)
            CHECK_FALSE(labels.label(n, 390ms));
        CHECK(labels.label(9, 390ms) == (later == 400ms));
        for (int n = 10; n < 64; ++n)
            CHECK(labels.label(n, 390ms) == (later == 400ms));
        CHECK(labels.label(64, 390ms));
    }
}

TEST_CASE("later by 0.39 s, and by as much again: in all it is another numbering") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    for (int n = 5; n < 10; ++n)
        labels.label(n, 390ms);
    for (int n = 10; n < 64; ++n)
        CHECK_FALSE(labels.label(n, 780ms));
    CHECK(labels.label(64, 780ms));
}

TEST_CASE("labels that come ever later: followed by 90 ms a second, and no more") {
    for (const Nanos step : {90ms, 91ms}) {
        Labels labels;
        labels.run(0, 4);
        bool trusted = true;
        for (int n = 1; n < 600; ++n)
            trusted = labels.label(4 + n, n * step) && trusted;
        CHECK(trusted == (step == 90ms));
    }
}

TEST_CASE("a line that makes up for a late burst, 0.64 s a label: not trusted before it has") {
    for (const Nanos step : Lengths{-90ms, -360ms}) {
        Labels labels{5};
        Nanos late = 2700ms;
        bool trusted = false;
        for (int n = 0; late > 400ms; ++n, late += step)
            trusted = labels.label(n, late) || trusted;
        CHECK(trusted == (step == -90ms));
    }
}

TEST_CASE("labels that come ever later have crept when they are 0.4 s late; early ones never") {
    for (const Nanos then : Lengths{430ms, 440ms}) { // the base has risen by 0.035 s
        Labels labels;
        labels.run(0, 100);
        Nanos late{0};
        for (int n = 101; n < 107; ++n) { // 90 ms more each: what is 0.4 s late is the fifth
            late += 90ms;
            CHECK(labels.label(n, late));
            CHECK(labels.crept() == (n >= 105));
        }
        CHECK(labels.label(107, then));
        CHECK(labels.crept() == (then == 440ms));
        CHECK(labels.label(108, 200ms));
        CHECK_FALSE(labels.crept());
    }
}

TEST_CASE("labels that come ever earlier have moved when they are 0.4 s early, and haven't crept") {
    for (const Nanos then : Lengths{-430ms, -440ms}) {
        Labels labels;
        labels.run(0, 100);
        for (int n = 101; n < 107; ++n) {
            CHECK(labels.label(n, (100 - n) * 90ms));
            CHECK(labels.moved() == (n >= 105));
        }
        CHECK(labels.label(107, then));
        CHECK(labels.moved() == (then == -440ms));
        CHECK_FALSE(labels.crept());
        CHECK(labels.label(108, -200ms));
        CHECK_FALSE(labels.moved());
    }
}

TEST_CASE("what has been later for minutes has not crept") {
    Labels labels;
    labels.run(0, 100);
    for (int n = 101; n < 106; ++n)
        (void)labels.label(n, (n - 100) * 90ms);
    CHECK(labels.crept());
    for (int n = 106; n < 120; ++n)
        CHECK(labels.label(n, 450ms));
    CHECK_FALSE(labels.crept());
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

TEST_CASE("begun anew, the first label is none of enough") {
    Labels labels;
    labels.run(0, 4);
    labels.restart();
    CHECK_FALSE(labels.run(5, 8));
    CHECK(labels.label(9));
}

TEST_CASE("labels of another numbering than the trusted ones renumber, until they are 60") {
    for (const std::int64_t ahead : {-1, 1, 18}) {
        Labels labels;
        labels.run(0, 20);
        CHECK_FALSE(labels.renumbers());
        for (std::int64_t n = 21; n < 21 + 60 + 2; ++n) { // the third of them begins anew
            labels.label(n, 0ns, ahead);
            CHECK(labels.renumbers() == (n < 21 + 2 + 59));
        }
        labels.label(83, 0ns); // back
        CHECK(labels.renumbers());
    }
}

TEST_CASE(
    "labels that come late by more than 0.4 s renumber; those of before don't, nor the first") {
    for (const Nanos late : Lengths{400ms, 400ms + 1ns}) {
        Labels labels;
        for (std::int64_t n = 0; n <= 20; ++n) {
            labels.label(n);
            CHECK_FALSE(labels.renumbers());
        }
        labels.restart(); // no fix, or more than 4 s without a label
        for (std::int64_t n = 40; n < 50; ++n) {
            labels.label(n, late);
            CHECK(labels.renumbers() == (late > 400ms));
        }
        for (std::int64_t n = 50; n < 60; ++n)
            labels.label(n);
        CHECK_FALSE(labels.renumbers());
    }
}

TEST_CASE("what was trusted is compared with unless no label came for 300 s") {
    for (const Nanos more : Lengths{0ns, 1ns}) {
        Labels labels;
        labels.run(0, 20);
        labels.restart();
        labels.label(320, more, 1);
        CHECK(labels.renumbers() == (more == 0ns));
    }
}
