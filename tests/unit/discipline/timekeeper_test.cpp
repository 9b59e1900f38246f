#include "tests/unit/discipline/receiver.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

constexpr int replace_count = Numbering::replace_count;
constexpr int to_find = 5; // pulses
constexpr int to_move = 60;
constexpr Nanos patience = 400ms;
constexpr Nanos a_little = 1ms;

} // namespace

TEST_CASE("timekeeper: locks with the label that makes lock-count, and names its pulse") {
    Receiver receiver;
    for (int n = 0; n < 4; ++n) {
        CHECK_FALSE(receiver.both(n));
        CHECK_FALSE(receiver.keeper.locked());
    }
    (void)receiver.pulse(4);
    CHECK(receiver.label(4).verdict == Verdict::used);
    const auto handed_over = receiver.take(4);
    REQUIRE(handed_over);
    CHECK(handed_over->second == receiver.zero + 4);
    CHECK(handed_over->time == Receiver::stamp(4s).mono);
    CHECK_FALSE(receiver.take(4));
    CHECK(receiver.keeper.locked());
    CHECK(receiver.keeper.delay() == receiver.delay);
}

TEST_CASE("timekeeper: each label after that confirms its pulse, which is handed over once") {
    Receiver receiver;
    receiver.run(0, 4);
    for (int n = 5; n < 1000; ++n) {
        CHECK(receiver.both(n) == receiver.zero + n);
        CHECK_FALSE(receiver.take(n));
        CHECK_FALSE(receiver.overdue(n));
    }
}

TEST_CASE("timekeeper: without pulses nothing is named; as soon as there are, all is") {
    Receiver receiver;
    for (int n = 0; n < 100; ++n) {
        CHECK(receiver.label(n).verdict == (n < 4 ? Verdict::locking : Verdict::no_pulse));
        CHECK_FALSE(receiver.overdue(n));
    }
    for (int n = 100; n < 100 + to_find - 1; ++n)
        CHECK_FALSE(receiver.both(n));
    CHECK(receiver.both(100 + to_find - 1) == receiver.zero + 100 + to_find - 1);
}

TEST_CASE("timekeeper: without labels nothing is named, however many pulses there are") {
    Receiver receiver;
    for (int n = 0; n < 1000; ++n) {
        (void)receiver.pulse(n);
        CHECK_FALSE(receiver.overdue(n));
    }
}

TEST_CASE("timekeeper: labels stop: ten pulses more, each once its label is overdue, then none") {
    Receiver receiver;
    receiver.lock();
    const Nanos due = receiver.delay + patience + Receiver::lag;
    for (int n = 0; n < 20; ++n) {
        (void)receiver.pulse(n);
        CHECK_FALSE(receiver.take(n, due - a_little));
        const auto handed_over = receiver.take(n, due + a_little);
        REQUIRE(handed_over.has_value() == (n < 10));
        if (handed_over) CHECK(handed_over->second == receiver.zero + n);
    }
    CHECK(receiver.both(20) == receiver.zero + 20);
}

TEST_CASE("timekeeper: when a pulse is overdue is known as soon as it is there") {
    Receiver receiver;
    receiver.lock();
    CHECK_FALSE(receiver.keeper.next_due());
    (void)receiver.pulse(0);
    const auto due = receiver.keeper.next_due();
    REQUIRE(due);
    CHECK_FALSE(receiver.keeper.take(*due - 1ns));
    CHECK(receiver.keeper.take(*due));
    CHECK_FALSE(receiver.keeper.next_due());
}

TEST_CASE("timekeeper: a holdover of 0 is none; of 3 s, three pulses") {
    for (const int seconds : {0, 1, 3}) {
        Receiver receiver{with_holdover(whole_seconds(seconds))};
        receiver.lock();
        int handed_over = 0;
        for (int n = 0; n < 10; ++n) {
            (void)receiver.pulse(n);
            if (receiver.overdue(n)) ++handed_over;
        }
        CHECK(handed_over == seconds);
    }
}

TEST_CASE("timekeeper: a label within holdover begins it anew") {
    Receiver receiver;
    receiver.lock();
    for (int n = 0; n < 100; ++n) {
        if (n % 10 == 9) {
            CHECK(receiver.both(n) == receiver.zero + n);
            continue;
        }
        (void)receiver.pulse(n);
        CHECK(receiver.overdue(n)->second == receiver.zero + n);
    }
}

TEST_CASE("timekeeper: no holdover after a mismatch until a label confirms") {
    Receiver receiver;
    receiver.lock();
    (void)receiver.pulse(0);
    CHECK(receiver.label(0, 1).verdict == Verdict::mismatch);
    CHECK_FALSE(receiver.overdue(0));
    (void)receiver.pulse(1);
    CHECK_FALSE(receiver.overdue(1));
    CHECK(receiver.both(2) == receiver.zero + 2);
    (void)receiver.pulse(3);
    CHECK(receiver.overdue(3));
}

TEST_CASE("timekeeper: no holdover without a fix until a label confirms") {
    Receiver receiver;
    receiver.lock();
    receiver.keeper.lose_fix();
    CHECK(receiver.keeper.locked());
    for (int n = 0; n < 5; ++n) {
        (void)receiver.pulse(n);
        CHECK_FALSE(receiver.overdue(n));
    }
    CHECK(receiver.both(5) == receiver.zero + 5);
    (void)receiver.pulse(6);
    CHECK(receiver.overdue(6)->second == receiver.zero + 6);
}

TEST_CASE("timekeeper: a pulse that is missing is neither named nor held over; the next is right") {
    Receiver receiver;
    receiver.lock();
    for (int n = 0; n < 100; ++n) {
        if (n % 4 == 1) {
            CHECK(receiver.label(n).verdict == Verdict::no_pulse);
            CHECK_FALSE(receiver.overdue(n));
        } else if (n % 4 == 2) { // nor is there a label for this one
            (void)receiver.pulse(n);
            CHECK(receiver.overdue(n)->second == receiver.zero + n);
        } else {
            CHECK(receiver.both(n) == receiver.zero + n);
        }
    }
}

TEST_CASE("timekeeper: a late edge is never handed over, by its label or in holdover") {
    for (const bool labelled : {true, false}) {
        Receiver receiver;
        receiver.lock();
        CHECK(receiver.edge(3ms).verdict == Verdict::late_edge);
        if (labelled) CHECK(receiver.label(0).verdict == Verdict::late_edge);
        CHECK_FALSE(receiver.overdue(0));
        CHECK(receiver.both(1) == receiver.zero + 1);
    }
}

TEST_CASE("timekeeper: bursts that come late are mismatches, and shift nothing") {
    for (const Nanos late : Lengths{900ms, 1100ms, 1900ms, 2200ms}) {
        Receiver receiver;
        receiver.lock();
        for (int n = 0; n < 30; ++n) {
            (void)receiver.pulse(n);
            CHECK(receiver.late_label(n, receiver.delay + late).verdict == Verdict::mismatch);
            CHECK_FALSE(receiver.overdue(n));
        }
        CHECK(receiver.run(33, 43) >= 6);
        CHECK(receiver.both(44) == receiver.zero + 44);
    }
}

TEST_CASE("timekeeper: labels that are off for less than two minutes are silence, and then all is "
          "as before") {
    for (const std::int64_t ahead : {-3600, -1, 1, 2}) {
        for (const int labels : {1, 10, 59}) {
            Receiver receiver;
            receiver.lock();
            CHECK(receiver.run(0, labels - 1, ahead) == 0);
            (void)receiver.run(labels, labels + 4);
            CHECK(receiver.both(labels + 5) == receiver.zero + labels + 5);
        }
        Receiver receiver;
        receiver.lock();
        CHECK(receiver.run(0, replace_count - 2, ahead) == 0);
        CHECK(receiver.run(replace_count - 1, 2 * replace_count - 3) == 0);
        (void)receiver.both(2 * replace_count - 2);
        CHECK(receiver.both(2 * replace_count - 1) == receiver.zero + 2 * replace_count - 1);
    }
}

TEST_CASE("timekeeper: another second that has lasted for 120 labels is told, and by how much") {
    Receiver receiver;
    receiver.lock();
    CHECK(receiver.run(0, replace_count - 2, 2) == 0);
    (void)receiver.pulse(replace_count - 1);
    const auto outcome = receiver.label(replace_count - 1, 2);
    CHECK(outcome.verdict == Verdict::used);
    CHECK(outcome.renumbered == 2);
    CHECK(receiver.take(replace_count - 1)->second == receiver.zero + replace_count + 1);
}

TEST_CASE("timekeeper: labels move by no whole second without pulses: how late is forgotten") {
    struct {
        Nanos moved;
        bool whole;
    } const cases[] = {{710ms, true}, {690ms, false}, {500ms, false}, {310ms, false}};
    for (const auto& [moved, whole] : cases) {
        Receiver receiver;
        receiver.lock();
        int n = 0;
        // The labels go on until the pulses' phase is lost.
        while (receiver.keeper.wheel().phased(at(whole_seconds(n))))
            (void)receiver.label(n++);
        REQUIRE(receiver.keeper.delay() == 200ms);
        receiver.delay += moved;
        std::int64_t renumbered = 0;
        for (const int end = n + replace_count; n < end; ++n)
            renumbered += receiver.label(n).renumbered;
        REQUIRE(receiver.keeper.numbering().trusted());
        CHECK(receiver.keeper.delay().has_value() == whole);
        CHECK(renumbered == (whole ? -1 : 0));
        receiver.run(n, n + 20); // and learned from pulses
        CHECK(receiver.keeper.delay());
    }
}

TEST_CASE("timekeeper: labels that may be late found no numbering, and serve where one is known") {
    const auto doubtful = [](Receiver& receiver, std::int64_t n) {
        Label label = receiver.label_of(n, receiver.delay);
        label.may_be_late = true;
        return receiver.give(label).verdict;
    };
    Receiver receiver;
    for (int n = 0; n < 50; ++n) {
        (void)receiver.pulse(n);
        CHECK(doubtful(receiver, n) == Verdict::locking);
    }
    CHECK_FALSE(receiver.keeper.locked());
    // Five others in a row do; a doubtful one ends the row.
    for (int n = 50; n < 60; ++n) {
        CHECK_FALSE(receiver.keeper.locked());
        (void)receiver.pulse(n);
        (void)(n == 54 ? doubtful(receiver, n) : receiver.label(n).verdict);
    }
    CHECK(receiver.keeper.locked());
    (void)receiver.pulse(60);
    CHECK(doubtful(receiver, 60) == Verdict::used);
}

TEST_CASE("timekeeper: a label that may be late names a second all the same: others need 120") {
    struct {
        Nanos later; // than usual
        int needed;
    } const cases[] = {{-5s, replace_count},
                       {-1s, replace_count},
                       {-310ms, replace_count},
                       {-290ms, 5},
                       {0ms, 5},
                       {890ms, 5},
                       {910ms, replace_count},
                       {1000ms, replace_count},
                       {5s, replace_count}};
    for (const auto& [later, needed] : cases) {
        Receiver receiver;
        Label label = receiver.label_of(0, receiver.delay + later);
        label.may_be_late = true;
        CHECK(receiver.give(label).verdict == Verdict::locking);
        constexpr int from = 10;
        for (int n = from; n < from + needed; ++n) {
            CHECK_FALSE(receiver.keeper.locked());
            (void)receiver.both(n);
        }
        CHECK(receiver.keeper.locked());
    }
}

TEST_CASE("timekeeper: a label past the next pulse agrees if it is late by less than 0.1 s") {
    for (const auto& [late, verdict] :
         {std::pair{90ms, Verdict::used}, // and past it by 40 ms
          std::pair{110ms, Verdict::mismatch}, std::pair{290ms, Verdict::mismatch}}) {
        Receiver receiver;
        receiver.delay = 950ms;
        receiver.lock();
        (void)receiver.pulse(0);
        (void)receiver.pulse(1);
        CHECK(receiver.late_label(0, receiver.delay + late).verdict == verdict);
    }
    // A receiver that was a second ahead, and now comes sooner, isn't one that comes late.
    Receiver receiver;
    receiver.delay = 875ms;
    receiver.run(-60, -1, 1);
    receiver.delay = 36ms;
    // However many come: the two can't be told apart.
    CHECK(receiver.run(0, 3 * replace_count) == 0);
}

TEST_CASE("timekeeper: never twice, whatever happens between") {
    Receiver receiver;
    MonoTime last;
    const auto take_all = [&](int n) {
        while (const auto handed_over = receiver.overdue(n)) {
            CHECK(handed_over->time > last);
            last = handed_over->time;
        }
    };
    for (int n = 0; n < 1000; ++n) {
        (void)receiver.pulse(n);
        if (n % 7 != 0) (void)receiver.label(n, n % 11 == 0 ? 1 : 0);
        if (n % 13 == 0) receiver.keeper.lose_fix();
        take_all(n);
    }
    CHECK(last > Receiver::stamp(990s).mono);
}

TEST_CASE("timekeeper: a label that comes before its pulse names it, where nmea-delay says so") {
    Receiver receiver{with_nmea_delay(-200ms)};
    receiver.delay = -200ms;
    for (int n = 0; n < 100; ++n) {
        (void)receiver.label(n);
        (void)receiver.pulse(n);
        const auto handed_over = receiver.take(n, 0ns);
        if (n > to_find) REQUIRE(handed_over);
        if (!handed_over) continue;
        CHECK(handed_over->second == receiver.zero + n);
        CHECK(handed_over->time == Receiver::stamp(whole_seconds(n)).mono);
    }
    CHECK(*receiver.keeper.delay() == -200ms);
}

TEST_CASE("timekeeper: without nmea-delay a label names the last pulse before it") {
    for (const Nanos delay : Lengths{20ms, 500ms, 980ms}) {
        Receiver receiver;
        receiver.delay = delay;
        receiver.run(0, 20);
        (void)receiver.pulse(21);
        (void)receiver.label(21);
        CHECK(receiver.take(21, delay + Receiver::lag)->second == receiver.zero + 21);
    }
}

TEST_CASE("timekeeper: a delay near a whole second is straddling, unless nmea-delay decides") {
    Receiver receiver;
    receiver.delay = 5ms;
    CHECK(receiver.run(0, 100) == 0);
    (void)receiver.pulse(101);
    CHECK(receiver.label(101).verdict == Verdict::straddling);
    Receiver decided{with_nmea_delay(0ms)};
    decided.delay = 5ms;
    CHECK(decided.run(0, 100) == 97);
}

TEST_CASE("timekeeper: what pulses scatter by, their labels have to keep clear of") {
    for (const Nanos scatter : Lengths{0ms, 100us, 4ms, 8ms}) {
        bool locked = false;
        for (Nanos late = 0ms; late <= 30ms; late += 1ms) { // of all edges: they are no pulses
            Receiver receiver;
            receiver.delay = 15ms;
            for (int n = 0; n < 40; ++n) {
                (void)receiver.edge(whole_seconds(n) + late + (n % 2) * scatter);
                (void)receiver.label(n);
                locked = locked || receiver.keeper.locked();
            }
        }
        CHECK(locked == (scatter < 4ms));
    }
}

TEST_CASE("timekeeper: a fraction that the time names is no delay") {
    Receiver receiver;
    for (int n = 0; n < 20; ++n) {
        (void)receiver.pulse(n);
        Label label = receiver.label_of(n, 400ms);
        label.fraction = 200ms;
        (void)receiver.give(label);
    }
    CHECK(receiver.keeper.delay() == 200ms);
}

TEST_CASE("timekeeper: pulses that moved: nothing is handed over until as many have come there") {
    Receiver receiver;
    receiver.lock();
    int handed_over = 0;
    for (int n = 0; n < 200; ++n) {
        (void)receiver.edge(whole_seconds(n) + 300ms);
        (void)receiver.give(receiver.label_of(n, 500ms));
        const auto pulse = receiver.take(n, 600ms);
        if (!pulse) continue;
        ++handed_over;
        CHECK(n >= to_move - 1);
        CHECK(pulse->second == receiver.zero + n);
        CHECK(pulse->time == Receiver::stamp(whole_seconds(n) + 300ms).mono);
    }
    CHECK(handed_over > 100);
}

TEST_CASE("timekeeper: without pulses and labels: at once when they are back, or with the third") {
    for (const int gap : {10, 600, 3600}) {
        Receiver receiver;
        receiver.lock();
        const int from = gap == 10 ? gap : gap + 2;
        for (int n = gap; n < from; ++n)
            CHECK_FALSE(receiver.both(n));
        CHECK(receiver.both(from) == receiver.zero + from);
        CHECK(receiver.both(from + 1) == receiver.zero + from + 1);
    }
}

TEST_CASE("timekeeper: labels that come at once after a stall were held up, and say nothing") {
    for (const int held_up : {2, 10, 100}) {
        Receiver receiver;
        receiver.lock();
        constexpr int from = 20;
        const Nanos read = whole_seconds(from + held_up) + 50ms; // all of them, one after another
        for (int n = from; n < from + held_up; ++n)
            (void)receiver.give(receiver.label_of(n, read - whole_seconds(n) + (n - from) * 1ms));
        int silent = 0;
        int n = from + held_up + 1;
        while (!receiver.both(n)) {
            ++n;
            REQUIRE(++silent < 10);
        }
        CHECK(receiver.both(n + 1) == receiver.zero + n + 1);
    }
}

TEST_CASE("timekeeper: one that comes as usual, but together with the last, isn't known when") {
    for (const Nanos apart : Lengths{100ms - 1ns, 100ms}) {
        Receiver receiver;
        receiver.lock();
        const Nanos later = receiver.delay + 200ms;
        (void)receiver.pulse(20);
        (void)receiver.give(receiver.label_of(20, later + 1s - apart));
        (void)receiver.pulse(21);
        const auto last = receiver.give(receiver.label_of(21, later));
        CHECK(last.together == (apart < 100ms));
        (void)receiver.pulse(22);
        CHECK_FALSE(receiver.label(22).together);
    }
}

TEST_CASE("timekeeper: a stall in the search: those that come at once count for nothing") {
    for (const int held_up : {2, 10, 100}) {
        Receiver receiver;
        (void)receiver.label(0);
        const Nanos read = whole_seconds(held_up) + 650ms;
        for (int n = 1; n <= held_up; ++n)
            (void)receiver.give(receiver.label_of(n, read - whole_seconds(n) + n * 10us));
        for (int n = 1; n <= 4; ++n)
            CHECK(receiver.label(held_up + n).verdict == Verdict::locking);
        CHECK(receiver.label(held_up + 5).verdict == Verdict::no_pulse);
    }
}

// A receiver whose labels come a second late now and then: 0 late, 1 in time, 2 and so on late.
TEST_CASE(
    "timekeeper: in the search, labels later than one that came with its forerunner are late") {
    for (const Nanos later : Lengths{0ns, Numbering::near_usual, Numbering::near_usual + 1ns, 1s}) {
        Receiver receiver;
        (void)receiver.late_label(0, 1s + receiver.delay - 3ms);
        CHECK(receiver.label(1).together);
        for (int n = 2; n <= 5; ++n)
            CHECK(receiver.late_label(n, receiver.delay + later).verdict == Verdict::locking);
        const bool late = later > Numbering::near_usual;
        const auto fifth = receiver.late_label(6, receiver.delay + later).verdict;
        CHECK(fifth == (late ? Verdict::locking : Verdict::no_pulse));
        if (!late) continue;
        for (int n = 7; n < 2 + Numbering::replace_count - 1; ++n)
            CHECK(receiver.late_label(n, receiver.delay + later).verdict == Verdict::locking);
        const int last = 2 + Numbering::replace_count - 1;
        CHECK(receiver.late_label(last, receiver.delay + later).verdict == Verdict::no_pulse);
    }
}

TEST_CASE("timekeeper: in the search, labels that come together, but not in one read, contradict") {
    for (const Nanos apart : Lengths{5ms - 1ns, 5ms}) {
        Receiver receiver;
        (void)receiver.late_label(0, 1200ms);
        (void)receiver.late_label(1, 200ms + apart);
        receiver.run(2, 6);
        (void)receiver.pulse(7);
        CHECK((receiver.label(7).verdict == Verdict::locking) == (apart == 5ms));
    }
}

TEST_CASE("timekeeper: two labels at once undo no belief, and no contradiction") {
    for (const Nanos apart : Lengths{3ms, 50ms}) {
        for (const int right : {4, 5, 6}) {
            Receiver receiver;
            receiver.run(-30, -1); // pulses are known, labels forgotten
            receiver.keeper.forget();
            for (int n = 0; n < 10; ++n)
                (void)receiver.pulse(n);
            int n = 10;
            for (const int end = n + right; n < end; ++n)
                (void)receiver.both(n);
            Label wrong = receiver.label_of(n - 1, receiver.delay + apart);
            wrong.second = wrong.second + 2;
            (void)receiver.give(wrong);
            for (const int end = n + replace_count - 2; n < end; ++n) // with the first, 119
                CHECK_FALSE(receiver.both(n, 2));
        }
    }
}

TEST_CASE("timekeeper: a stall in the search: how the label before it came is not forgotten") {
    for (const bool before : {false, true}) {
        Receiver receiver;
        receiver.run(-30, -1); // pulses are known, labels forgotten
        receiver.keeper.forget();
        for (int n = 0; n < 10; ++n)
            (void)receiver.pulse(n);
        if (before) (void)receiver.late_label(9, 900ms);
        for (int n = 10; n < 14; ++n) {
            (void)receiver.pulse(n);
            (void)receiver.give(receiver.label_of(n, whole_seconds(14 - n) + 500ms + n * 10us));
        }
        int handed_over = 0;
        for (int n = 15; n < 25; ++n) {
            (void)receiver.pulse(n);
            (void)receiver.late_label(n - 1, 1120ms); // 0.12 s after the next pulse
            handed_over += receiver.take(n, 900ms) ? 1 : 0;
        }
        CHECK((handed_over == 0) == before);
    }
}

TEST_CASE("timekeeper: after labels of which nobody knows how late they are, 120 in a row") {
    Receiver receiver;
    receiver.lock();
    receiver.keeper.doubt();
    CHECK_FALSE(receiver.keeper.may_hand_over());
    CHECK(receiver.run(0, replace_count - 2) == 0);
    CHECK(receiver.both(replace_count - 1) == receiver.zero + replace_count - 1);
}

// A receiver that went right by a second, whose late labels look like its old ones.
TEST_CASE("timekeeper: late ones among others that contradict them are not in a row") {
    for (const bool among : {false, true}) {
        Receiver receiver;
        receiver.lock();
        for (int n = 0; n < 30; ++n)
            CHECK_FALSE(receiver.both(n, 1));
        int handed_over = 0;
        for (int n = 30; n < 42; n += 2) {
            (void)receiver.pulse(n);
            (void)receiver.pulse(n + 1);
            Label late = receiver.label_of(n, 1s + receiver.delay - 80ms);
            late.second = late.second + 1;
            (void)receiver.give(late);
            if (among) (void)receiver.label(n + 1, 1);
            handed_over += receiver.take(n + 1, 700ms) ? 1 : 0;
        }
        CHECK((handed_over == 0) == among);
    }
}

TEST_CASE("timekeeper: a stall in a search that takes 120: it does so after it, too") {
    Receiver receiver;
    (void)receiver.label(0);
    (void)receiver.label(1, 3);
    (void)receiver.late_label(2, 2200ms);
    (void)receiver.late_label(3, 1200ms + 10us);
    for (int n = 5; n < 5 + replace_count - 1; ++n)
        CHECK(receiver.label(n).verdict == Verdict::locking);
    CHECK(receiver.label(5 + replace_count - 1).verdict == Verdict::no_pulse);
}

TEST_CASE("timekeeper: a single one that was late in the search isn't told from one that errs") {
    Receiver receiver;
    (void)receiver.label(0);
    (void)receiver.late_label(1, 1500ms);
    for (int n = 2; n < 2 + replace_count - 1; ++n)
        CHECK(receiver.label(n).verdict == Verdict::locking);
    CHECK(receiver.label(2 + replace_count - 1).verdict == Verdict::no_pulse);
}

TEST_CASE("timekeeper: labels without pulses for hours, and then pulses again") {
    Receiver receiver;
    receiver.lock();
    constexpr int back = 20'000;
    for (int n = 0; n < back; ++n)
        (void)receiver.label(n);
    CHECK(receiver.run(back, back + 4) >= 1);
    CHECK(receiver.both(back + 5) == receiver.zero + back + 5);
}

TEST_CASE(
    "timekeeper: silence for so long that a second may be lost: forgotten, and wary for an hour") {
    const auto after = [](Nanos silence, int labels) { // without a phase: 500 ppm
        Receiver receiver;
        for (int n = -60; n < 0; ++n)
            (void)receiver.label(n);
        Verdict verdict{};
        for (int n = 0; n < labels; ++n)
            verdict = receiver.give(receiver.label_of(n + 7, silence - 7s)).verdict;
        return verdict;
    };
    CHECK(after(600s, 1) == Verdict::mismatch);
    CHECK(after(800s, 1) == Verdict::locking);
    CHECK(after(800s, replace_count - 1) == Verdict::locking);
    CHECK(after(800s, replace_count) == Verdict::no_pulse);
    CHECK(after(3500s, replace_count - 1) == Verdict::locking);
    constexpr Nanos hour = 3599s + 200ms; // from the last label on
    CHECK(after(hour - 1ns, 5) == Verdict::locking);
    CHECK(after(hour, 5) == Verdict::no_pulse);
    CHECK(after(3700s, 4) == Verdict::locking);
    CHECK(after(3700s, 5) == Verdict::no_pulse);
}

TEST_CASE(
    "timekeeper: the fix is lost for a while, and other things happen; then it is as before") {
    Receiver receiver;
    receiver.lock();
    for (int n = 0; n < 300; ++n) {
        receiver.keeper.lose_fix();
        (void)receiver.pulse(n);
        CHECK_FALSE(receiver.overdue(n));
    }
    CHECK(receiver.both(300) == receiver.zero + 300);
}
