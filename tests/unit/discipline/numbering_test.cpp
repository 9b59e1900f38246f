#include "tests/unit/discipline/labels.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace ppsd::discipline;

TEST_CASE("numbering: lock-count labels in a row make the first line, one less doesn't") {
    for (const int lock_count : {1, 2, 5, 60, Numbering::replace_count}) {
        Labels numbering{lock_count};
        for (int n = 1; n < lock_count; ++n) {
            CHECK(numbering.label() == Verdict::locking);
            CHECK_FALSE(numbering.k());
            CHECK_FALSE(numbering.trusted());
        }
        CHECK(numbering.label() == Verdict::used);
        CHECK(numbering.behind() == 0);
        CHECK(numbering.trusted());
        CHECK(numbering.delay() == usual_delay);
    }
}

TEST_CASE("numbering: a late label now and then makes a search longer, and not endless") {
    Labels numbering;
    numbering.run(3);
    (void)numbering.label(1); // from here on it takes 120
    int labels = 0;
    while (!numbering.k() && labels < 1000) {
        const bool late = ++labels % 20 == 0;
        (void)numbering.label(0, usual_delay + (late ? 450ms : 0ms));
    }
    CHECK(labels > replace_count);
    CHECK(labels < 2 * replace_count);
    CHECK(numbering.behind() == 0);
}

TEST_CASE("numbering: another second while it searches, and it takes 120 in a row") {
    for (const std::int64_t other : {-1, 1, 5, 100'000}) {
        Labels numbering;
        numbering.run(4);
        CHECK(numbering.label(other) == Verdict::locking);
        numbering.run(replace_count - 1);
        CHECK_FALSE(numbering.k());
        CHECK(numbering.label() == Verdict::used);
        CHECK(numbering.behind() == 0);
    }
}

TEST_CASE("numbering: a label that is near the line agrees, to 0.3 s") {
    for (const Nanos off : {near_usual - a_little, -near_usual + a_little}) {
        auto numbering = Labels{};
        numbering.run(minute, 0, 500ms);
        CHECK(numbering.label(0, 500ms + off) == Verdict::used);
    }
    for (const Nanos off : {near_usual - a_little, near_usual + a_little}) {
        Labels phaseless; // where no pulses tell, what is further off may be another second
        phaseless.run(minute, 0, 500ms, no_phase);
        CHECK(phaseless.label(0, 500ms + off, no_phase) ==
              (off < near_usual ? Verdict::no_pulse : Verdict::mismatch));
    }
}

TEST_CASE("numbering: the same second later, or earlier, says nothing against it") {
    auto numbering = locked();
    for (const Nanos delay : Lengths{600ms, 50ms, 900ms, usual_delay})
        CHECK(numbering.label(0, delay) == Verdict::used);
    CHECK(numbering.behind() == 0);
}

TEST_CASE("numbering: a label can't come with its own pulse, but for 2 ms: it names another one") {
    for (const Nanos delay : Lengths{-20ms, 0ns, 2ms - 1ns})
        CHECK(locked().label(0, delay) == Verdict::mismatch);
    for (const Nanos delay : Lengths{2ms, 20ms})
        CHECK(locked().label(0, delay) == Verdict::used);
}

TEST_CASE("numbering: lock-count in a row of the same second teach the delay anew") {
    auto numbering = locked();
    numbering.run(4, 0, 700ms);
    CHECK(*numbering.delay() < 300ms);
    CHECK(numbering.label(0, 700ms) == Verdict::used);
    CHECK(*numbering.delay() == 700ms);
    CHECK(numbering.behind() == 0);
}

TEST_CASE("numbering: it follows a delay that grows and shrinks within its second") {
    auto numbering = locked();
    Nanos delay = usual_delay;
    for (const Nanos step : Lengths{5ms, -5ms, 5ms})
        for (int n = 0; n < 100; ++n)
            CHECK(numbering.label(0, delay += step) == Verdict::used);
    CHECK(numbering.behind() == 0);
    CHECK(std::chrono::abs(*numbering.delay() - delay) < 200ms);
}

TEST_CASE("numbering: after one mismatch the next must agree; after more, lock-count in a row") {
    for (const int mismatches : {1, 2, 4, 5, 6, 20}) {
        auto numbering = locked();
        CHECK(numbering.run(mismatches, 1) == Verdict::mismatch);
        CHECK_FALSE(numbering.k());
        for (int n = 1; n < (mismatches > 1 ? 5 : 1); ++n)
            CHECK(numbering.label() == Verdict::locking);
        CHECK(numbering.label() == Verdict::used);
        CHECK(numbering.behind() == 0);
    }
}

TEST_CASE("numbering: one more mismatch, and the row begins anew") {
    auto numbering = locked();
    numbering.run(2, 1);
    numbering.run(4);
    CHECK(numbering.label(1) == Verdict::mismatch);
    CHECK(numbering.run(4) == Verdict::locking);
    CHECK(numbering.label() == Verdict::used);
}

TEST_CASE("numbering: 60 votes outlast 59 mismatches of any kind, not 60") {
    for (const int mismatches : {minute - 1, minute}) {
        auto numbering = locked();
        for (int n = 0; n < mismatches; ++n)
            CHECK(numbering.label(2 + 3 * n) == Verdict::mismatch);
        CHECK(numbering.run(5) == (mismatches < minute ? Verdict::used : Verdict::locking));
        CHECK(numbering.behind().has_value() == (mismatches < minute));
    }
}

TEST_CASE("numbering: without votes it is forgotten, and 120 in a row make the next line") {
    auto numbering = locked(5);
    numbering.run(5, 1);
    CHECK_FALSE(numbering.delay());
    numbering.run(replace_count - 1);
    CHECK_FALSE(numbering.k());
    CHECK(numbering.label() == Verdict::used);
}

TEST_CASE("numbering: another second takes 120 in a row, whatever it is") {
    for (const std::int64_t other : {-100'000, -1, 1, 2, 3600}) {
        auto numbering = locked();
        for (int n = 1; n < replace_count; ++n) {
            (void)numbering.label(other);
            CHECK_FALSE(numbering.k());
        }
        CHECK(numbering.label(other) == Verdict::used);
        CHECK(numbering.behind() == other);
    }
}

TEST_CASE("numbering: in a row means that one right label begins it anew") {
    auto numbering = locked();
    for (int again = 0; again < 10; ++again) {
        for (int n = 1; n < replace_count; ++n) {
            (void)numbering.label(1);
            CHECK_FALSE(numbering.behind() == 1);
        }
        (void)numbering.label();
    }
}

TEST_CASE("numbering: half of each: nothing is ever published, or only what was believed") {
    Labels searching;
    auto numbering = locked();
    for (int n = 0; n < 1000; ++n) {
        CHECK_FALSE(searching.label(n % 2) == Verdict::used);
        (void)numbering.label(n % 2);
        CHECK(numbering.behind().value_or(0) == 0);
    }
}

TEST_CASE("numbering: good labels between wrong ones keep it, and only they are used") {
    auto numbering = locked();
    for (int n = 0; n < 1000; ++n) {
        const bool wrong = n % 3 == 0;
        CHECK(numbering.label(wrong ? 1 : 0) == (wrong ? Verdict::mismatch : Verdict::used));
        CHECK(numbering.behind().has_value() != wrong);
    }
}

TEST_CASE("numbering: bursts that come late mean the second before, and move nothing") {
    for (const Nanos late : Lengths{900ms, 1s, 1300ms, 2s}) {
        auto numbering = locked();
        for (int n = 0; n < 40; ++n) {
            CHECK(numbering.label(0, usual_delay + late) == Verdict::mismatch);
            CHECK_FALSE(numbering.k());
        }
        numbering.run(5);
        CHECK(numbering.behind() == 0);
    }
}

TEST_CASE("numbering: bursts that come ever later are silence, or right, then and when they are back") {
    for (const Nanos step : Lengths{10ms, 50ms, 90ms, 250ms}) {
        auto numbering = locked();
        for (Nanos late = 0ns; late < 2s; late += step)
            if ((void)numbering.label(0, usual_delay + late); numbering.k())
                CHECK(numbering.behind() == 0);
        // In small steps they were followed over the pulse, where they may be again.
        const bool followed = step == 10ms;
        CHECK(numbering.run(replace_count) == (followed ? Verdict::straddling : Verdict::used));
        CHECK(numbering.behind().value_or(0) == 0);
    }
}

TEST_CASE("numbering: a delay within 10 ms of a pulse can't be told, to the nanosecond") {
    const auto verdict = [](Nanos delay, Nanos earliest = 0ns) {
        return Labels{5, earliest}.run(5, 0, delay);
    };
    CHECK(verdict(0ns) == Verdict::straddling);
    CHECK(verdict(10ms - 1ns) == Verdict::straddling);
    CHECK(verdict(10ms) == Verdict::used);
    CHECK(verdict(990ms) == Verdict::used);
    CHECK(verdict(990ms + 1ns) == Verdict::straddling);
    // With nmea-delay the limits are where labels can begin to come.
    CHECK(verdict(200ms + 10ms, 200ms) == Verdict::used);
    CHECK(verdict(200ms + 10ms - 1ns, 200ms) == Verdict::straddling);
}

TEST_CASE("numbering: what nmea-delay alone makes another pulse has to be as told, to 0.1 s") {
    const auto verdict = [](Nanos delay, Nanos told) {
        return Labels{5, told - 500ms}.run(5, 0, delay);
    };
    for (const Nanos told : {-200ms, 1200ms}) {
        CHECK(verdict(told + 100ms, told) == Verdict::used);
        CHECK(verdict(told + 100ms + 1ns, told) == Verdict::straddling);
        CHECK(verdict(told - 100ms, told) == Verdict::used);
        CHECK(verdict(told - 100ms - 1ns, told) == Verdict::straddling);
    }
    // The last pulse before the label is no other one.
    CHECK(verdict(250ms, 600ms) == Verdict::used);
}

TEST_CASE("numbering: the earliest that a label may come decides which pulse it names") {
    Labels before{5, -700ms}; // 0.2 s before its pulse
    before.run(5, 0, -200ms);
    CHECK(before.behind() == 0);
    CHECK(before.delay() == -200ms);
    Labels after{5, 0ns};
    after.run(5, 0, -200ms);
    CHECK(after.behind() == -1);
    CHECK(after.delay() == 800ms);
}

TEST_CASE("numbering: straddling is silence, and the numbering is trusted all the same") {
    Labels numbering;
    numbering.run(5, 0, 3ms);
    CHECK_FALSE(numbering.k());
    CHECK_FALSE(numbering.delay());
    CHECK(numbering.trusted());
}

TEST_CASE("numbering: labels that wander across a pulse and back are silence, then and for hours") {
    auto numbering = locked();
    auto wander_to = [&, delay = usual_delay](Nanos end, Nanos step) mutable {
        for (; delay != end; delay += step) {
            (void)numbering.label(0, delay);
            CHECK(numbering.behind().value_or(0) == 0);
        }
    };
    wander_to(-200ms, -2ms);
    CHECK_FALSE(numbering.k());
    wander_to(usual_delay, 2ms);
    for (int n = 0; n < 10'000; ++n) {
        CHECK(numbering.label() == Verdict::straddling);
        CHECK(numbering.behind().value_or(0) == 0);
    }
    SUBCASE("another second, which as many labels name, was no less there") {
        for (const std::int64_t other : {-1, 1, 100})
            CHECK(Labels{numbering}.run(replace_count, other) == Verdict::straddling);
        const Nanos near = usual_delay + near_usual;
        CHECK(Labels{numbering}.run(replace_count, 1, near - a_little) == Verdict::straddling);
        CHECK(Labels{numbering}.run(replace_count, 1, near + a_little) == Verdict::used);
    }
}

TEST_CASE("numbering: delays that scatter over a pulse are never published") {
    std::mt19937_64 random{7};
    std::normal_distribution<double> scatter{0, 30e6};
    Labels numbering;
    for (int n = 0; n < 10'000; ++n) {
        (void)numbering.label(0, Nanos{static_cast<std::int64_t>(scatter(random))});
        CHECK_FALSE(numbering.k());
    }
}

TEST_CASE("numbering: the flywheel's drift takes of the room on both sides") {
    const auto verdict = [](Nanos delay, Nanos drift) {
        return Labels{}.run(5, 0, delay, {true, drift, false, false});
    };
    CHECK(verdict(110ms, 100ms) == Verdict::used);
    CHECK(verdict(110ms - 1ns, 100ms) == Verdict::straddling);
    CHECK(verdict(890ms, 100ms) == Verdict::used);
    CHECK(verdict(890ms + 1ns, 100ms) == Verdict::straddling);
}

TEST_CASE("numbering: forgets all; wary, and the next line takes 120") {
    for (const bool wary : {false, true}) {
        auto numbering = locked();
        numbering.forget(wary);
        CHECK_FALSE(numbering.k());
        CHECK_FALSE(numbering.delay());
        CHECK_FALSE(numbering.trusted());
        const int needed = wary ? replace_count : 5;
        numbering.run(needed - 1, 7);
        CHECK_FALSE(numbering.k());
        CHECK(numbering.label(7) == Verdict::used);
        CHECK(numbering.behind() == 7);
    }
}

TEST_CASE("numbering: a label later than usual says by how much") {
    auto numbering = locked();
    const Nanos offset = whole_seconds(Labels::k_at_first) + usual_delay;
    CHECK(numbering.later_than_usual(offset + 70ms) == 70ms);
    CHECK(numbering.later_than_usual(offset - 1s) == -1s);
}

TEST_CASE("numbering: labels that stand still, or run twice as fast, are never published") {
    for (const std::int64_t step : {-1, 1, 2}) {
        Labels numbering;
        for (int n = 0; n < 1000; ++n) {
            (void)numbering.label(step * n);
            CHECK_FALSE(numbering.k());
        }
    }
}

TEST_CASE(
    "numbering: a label said again a second later is a mismatch, and costs no more than one") {
    auto numbering = locked();
    for (int n = 0; n < 100; ++n) {
        CHECK(numbering.label(1) == Verdict::mismatch);
        CHECK(numbering.label() == Verdict::used);
    }
}

TEST_CASE("numbering: the scatter is the labels' mean distance from their line") {
    Labels numbering;
    for (int n = 0; n < 1000; ++n)
        (void)numbering.label(0, 500ms + (n % 2 == 0 ? 20ms : -20ms));
    CHECK(numbering.scatter() > 15ms);
    CHECK(numbering.scatter() < 25ms);
}
