#include "daemon/discipline/pulse_train.hpp"
#include "tests/unit/discipline/train.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

TEST_CASE("the first edge begins a train") {
    PulseTrain train;
    const auto first = train.add(at(0ns));
    CHECK(first.verdict == Verdict::used);
    CHECK(first.restarted);
    CHECK(first.pulse.time == at(0ns));
    CHECK(first.pulse.ordinal == 0);
}

TEST_CASE("a second later is the next pulse") {
    PulseTrain train;
    for (int n = 0; n < 100; ++n) {
        const auto outcome = train.add(at(n * 1s));
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.restarted == (n == 0));
        CHECK(outcome.pulse.ordinal == n);
        CHECK(outcome.error == 0ns);
    }
    CHECK(train.period() == 1s);
}

TEST_CASE("a train that is noisy in its first second has to be clean for three") {
    PulseTrain train;
    CHECK(train.add(at(0s)).verdict == Verdict::used);
    CHECK(train.add(at(500ms)).verdict == Verdict::glitch);
    for (const int n : {1, 2, 3}) // seconds, the latter two of them clean
        CHECK(train.add(at(n * 1s)).verdict == Verdict::noisy);
    CHECK(train.add(at(4s)).verdict == Verdict::used);
}

TEST_CASE("two pulses a second: nothing after the first is used") {
    PulseTrain train;
    CHECK(train.add(at(0s)).verdict == Verdict::used);
    for (int n = 1; n < 1000; ++n)
        CHECK(train.add(at(n * 500ms)).verdict != Verdict::used);
}

TEST_CASE("on the beat is within 2 ms, to the nanosecond") {
    for (const Nanos error : Lengths{2ms, 2ms - 1ns, 0ns, -2ms + 1ns, -2ms}) {
        Train train;
        const auto outcome = train.after(1s + error);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.error == error);
        CHECK(outcome.pulse.ordinal == 6);
    }
    CHECK(Train{}.after(1s + 2ms + 1ns).verdict == Verdict::off_beat);
    CHECK(Train{}.after(1s - 2ms - 1ns).verdict == Verdict::off_beat);
}

TEST_CASE("0.917 to 1.083 s may be a second; nothing far from it is") {
    for (const Nanos second : Lengths{917ms, 1083ms, 910ms, 1090ms})
        CHECK(Train{}.after(second).verdict == Verdict::off_beat);
    CHECK(Train{}.after(910ms - 1ns).verdict == Verdict::glitch);
    CHECK(Train{}.after(1090ms + 1ns).verdict == Verdict::glitch);
    CHECK(Train{}.after(1820ms).verdict == Verdict::off_beat);
    CHECK(Train{}.after(1820ms - 1ns).verdict == Verdict::glitch);
    CHECK(Train{}.after(3270ms).verdict == Verdict::off_beat);
    CHECK(Train{}.after(3270ms + 1ns).verdict == Verdict::glitch);
    for (const Nanos far : Lengths{1ns, 20ms, 250ms, 500ms, 1500ms, 2500ms, 3500ms})
        CHECK(Train{}.after(far).verdict == Verdict::glitch);
}

TEST_CASE("a gap of more than 4 s begins anew, to the nanosecond") {
    for (const Nanos gap : Lengths{4s - 1ns, Nanos{4s}}) {
        const auto outcome = Train{}.after(gap);
        CHECK(outcome.verdict == Verdict::used);
        CHECK_FALSE(outcome.restarted);
        CHECK(outcome.pulse.ordinal == 9);
    }
    const auto anew = Train{}.after(4s + 1ns);
    CHECK(anew.verdict == Verdict::used);
    CHECK(anew.restarted);
    CHECK(anew.pulse.ordinal == 0);
}

TEST_CASE("backwards is out of order; more than 4 s backwards begins anew") {
    CHECK(Train{}.after(0ns).verdict == Verdict::out_of_order);
    CHECK(Train{}.after(-1ns).verdict == Verdict::out_of_order);
    CHECK(Train{}.after(-4s).verdict == Verdict::out_of_order);
    const auto anew = Train{}.after(-4s - 1ns);
    CHECK(anew.verdict == Verdict::used);
    CHECK(anew.restarted);
    Train train;
    CHECK(train.after(0ns).verdict == Verdict::out_of_order);
    CHECK(train.after(1s).pulse.ordinal == 6);
}

TEST_CASE("missing pulses are counted, at any rate that chronyd slews by") {
    for (const Nanos period : Lengths{917ms, 999'500us, 1000ms, 1000'500us, 1083ms}) {
        for (int missing = 1; (missing + 1) * period <= 4s; ++missing) {
            Train train{20, period};
            const auto outcome = train.after((missing + 1) * period);
            CHECK(outcome.verdict == Verdict::used);
            CHECK_FALSE(outcome.restarted);
            CHECK(outcome.pulse.ordinal == 21 + missing);
            CHECK(train.after((missing + 2) * period).pulse.ordinal == 22 + missing);
        }
    }
}

TEST_CASE("every second and every third pulse missing, for long") {
    Train train;
    std::int64_t used = 0;
    for (int n = 6; n < 1000; ++n) {
        if (n % 2 == 0 || n % 3 == 0) continue;
        const auto outcome = train.edge(n * 1s);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.pulse.ordinal == n);
        ++used;
    }
    CHECK(used == 331); // 1 and 5 of each six
}

TEST_CASE("pulses that come late now and then are dropped, and stop no others") {
    Train train;
    for (int n = 6; n < 200; ++n) {
        const bool late = n % 2 == 0;
        const auto outcome = train.edge(n * 1s + (late ? 5ms : 0ms));
        CHECK(outcome.verdict == (late ? Verdict::off_beat : Verdict::used));
        if (!late) CHECK(outcome.pulse.ordinal == n);
    }
}

TEST_CASE("a lone edge off the beat moves nothing") {
    Train train;
    CHECK(train.after(1s + 60ms).verdict == Verdict::off_beat);
    const auto next = train.after(2s);
    CHECK(next.verdict == Verdict::used);
    CHECK(next.error == 0ns);
    CHECK(next.pulse.ordinal == 7);
}

TEST_CASE("two alike are a new phase") {
    for (const Nanos shift : Lengths{-85ms, -3ms, 3ms, 85ms}) {
        Train train;
        CHECK(train.after(1s + shift).verdict == Verdict::off_beat);
        const auto second = train.after(2s + shift);
        CHECK(second.verdict == Verdict::used);
        CHECK(second.pulse.ordinal == 7);
        CHECK_FALSE(second.restarted);
        CHECK(train.after(3s + shift).pulse.ordinal == 8);
    }
}

TEST_CASE("a phase too far away to follow begins anew, and not before 4 s") {
    Train train;
    for (const Nanos since : Lengths{1500ms, 2500ms, 3500ms})
        CHECK(train.after(since).verdict == Verdict::glitch);
    const auto anew = train.after(4500ms);
    CHECK(anew.verdict == Verdict::used);
    CHECK(anew.restarted);
    for (int n = 1; n < 10; ++n) {
        const auto outcome = train.after(4500ms + n * 1s);
        CHECK(outcome.verdict == Verdict::used);
        CHECK(outcome.pulse.ordinal == n);
    }
}

TEST_CASE("a late edge keeps its place and gives no time; the next is where it was expected") {
    Train train{300};
    const auto late = train.after(1s + 500us);
    CHECK(late.verdict == Verdict::late_edge);
    CHECK(late.pulse.ordinal == 301);
    CHECK(late.pulse.late);
    CHECK(late.error == Nanos{500us});
    const auto next = train.after(2s);
    CHECK(next.verdict == Verdict::used);
    CHECK(next.pulse.ordinal == 302);
    CHECK_FALSE(next.pulse.late);
    CHECK(next.error == 0ns);
}

TEST_CASE("the first used pulse of another phase says that the train moved, and only that one") {
    Train train;
    CHECK(train.after(1080ms).verdict == Verdict::off_beat);
    const auto moved = train.after(2080ms);
    CHECK(moved.verdict == Verdict::used);
    CHECK(moved.pulse.moved);
    CHECK_FALSE(train.after(3080ms).pulse.moved);
}
