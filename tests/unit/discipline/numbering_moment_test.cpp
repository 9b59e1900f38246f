// Phases that are lost, and leap seconds.
#include "tests/unit/discipline/labels.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

TEST_CASE("numbering: without a phase labels agree, but nothing is named until there is one") {
    Labels numbering;
    CHECK(numbering.run(minute, 0, usual_delay, no_phase) == Verdict::no_pulse);
    CHECK(numbering.trusted());
    CHECK_FALSE(numbering.k());
    CHECK(numbering.label() == Verdict::used);
    CHECK(numbering.behind() == 0);
}

TEST_CASE("numbering: the phase is lost: silence, and the next label tells which pulse it is") {
    auto numbering = locked();
    numbering.lose_phase();
    CHECK_FALSE(numbering.k());
    CHECK(numbering.trusted());
    numbering.shift(300ms); // to where the pulses are now
    CHECK(numbering.label(0, usual_delay + 300ms) == Verdict::used);
    CHECK(numbering.behind() == 0);
    CHECK(numbering.delay() == usual_delay + 300ms);
}

TEST_CASE("numbering: shift of nothing leaves nothing to differ from") {
    Labels numbering;
    numbering.shift(300ms);
    CHECK(numbering.run(5) == Verdict::used);
}

TEST_CASE("numbering: shift moves the line with the flywheel's times") {
    auto numbering = locked();
    numbering.shift(10ms);
    CHECK(numbering.delay() == usual_delay + 10ms);
    CHECK(numbering.later_than_usual(whole_seconds(Labels::k_at_first) + usual_delay) == -10ms);
}

TEST_CASE("numbering: a leap second that was shown moves names, and nothing has to be told anew") {
    for (const std::int64_t seconds : {-1, 1}) {
        auto numbering = locked();
        numbering.leap(seconds);
        CHECK(numbering.behind() == seconds);
        CHECK(numbering.label(seconds) == Verdict::used);
        CHECK(numbering.label(0) == Verdict::mismatch);
    }
}

TEST_CASE("numbering: near a leap second that is listed, off by one never wins; off by two may") {
    for (const std::int64_t other : {-1, 1}) {
        auto numbering = locked();
        for (int n = 0; n < 10 * replace_count; ++n)
            CHECK(numbering.label(other, usual_delay, near_a_leap) == Verdict::mismatch);
        CHECK_FALSE(numbering.k());
        // Neither is believed until the hour is over.
        CHECK(numbering.run(2 * replace_count, 0, usual_delay, near_a_leap) == Verdict::locking);
        CHECK(numbering.run(replace_count - 1, 0) == Verdict::locking);
        CHECK(numbering.label(0) == Verdict::used);
        CHECK(numbering.behind() == 0);
        CHECK(numbering.run(replace_count, 2 * other, usual_delay, near_a_leap) == Verdict::used);
        CHECK(numbering.behind() == 2 * other);
    }
}

TEST_CASE(
    "numbering: near a leap second that is listed, one label silences a line of under a minute") {
    for (const int labels : {minute - 1, minute}) {
        for (const int says : {0, 1}) { // of both, whichever goes on
            auto numbering = locked(labels);
            CHECK(numbering.label(1, usual_delay, near_a_leap) == Verdict::mismatch);
            // The next one agrees, or has to be one of 120 in a row once the hour is over.
            const bool kept = numbering.label(0, usual_delay, near_a_leap) == Verdict::used;
            CHECK(kept == (labels == minute));
            if (kept) continue;
            numbering.run(2 * replace_count, says, usual_delay, near_a_leap);
            CHECK_FALSE(numbering.k());
            numbering.run(replace_count, says);
            CHECK(numbering.behind() == says);
        }
    }
}

TEST_CASE("numbering: near a leap second that is listed, late ones end no row that silences") {
    for (const int in_time : {replace_count - 1, replace_count}) {
        auto numbering = locked();
        for (int n = 0; n < in_time; ++n) {
            numbering.run(1, -1, usual_delay, near_a_leap);
            if (n % 10 == 9) numbering.run(1, -1, usual_delay + 400ms, near_a_leap);
        }
        const bool silenced = numbering.run(5, 0, usual_delay, near_a_leap) != Verdict::used;
        CHECK(silenced == (in_time == replace_count));
    }
}

TEST_CASE("numbering: neither is believed in that hour, whatever else labels say") {
    auto numbering = locked();
    numbering.run(replace_count, 1, usual_delay, near_a_leap);
    numbering.run(replace_count - 1, -16, usual_delay, near_a_leap);
    for (const std::int64_t second : {0, 1})
        CHECK(numbering.run(replace_count, second, usual_delay, near_a_leap) != Verdict::used);
    CHECK(numbering.run(replace_count, 0) == Verdict::used); // the hour is over
    CHECK(numbering.behind() == 0);
}

TEST_CASE("numbering: in that hour no votes run out, so that off by one never wins") {
    auto numbering = locked();
    for (int n = 0; n < 2 * replace_count; ++n)
        (void)numbering.label(2 + n % 2, usual_delay, near_a_leap);
    for (int n = 0; n < 3 * replace_count; ++n)
        CHECK(numbering.label(1, usual_delay, near_a_leap) == Verdict::mismatch);
}

TEST_CASE("numbering: in that hour 120 have to agree after 60 in a row that were far off") {
    for (const auto& [against, needed] : {std::pair{59, 5}, std::pair{60, replace_count}}) {
        auto numbering = locked();
        CHECK(numbering.run(against, 4, usual_delay, near_a_leap) == Verdict::mismatch);
        CHECK(numbering.run(needed - 1, 0, usual_delay, near_a_leap) == Verdict::locking);
        CHECK(numbering.label(0, usual_delay, near_a_leap) == Verdict::used);
        CHECK(numbering.behind() == 0);
    }
}

TEST_CASE("numbering: near a leap second that is listed, searching: another second takes 120") {
    Labels numbering;
    numbering.run(4, 0, usual_delay, near_a_leap);
    CHECK(numbering.run(replace_count - 1, 1, usual_delay, near_a_leap) == Verdict::locking);
    CHECK(numbering.label(1, usual_delay, near_a_leap) == Verdict::used);
    CHECK(numbering.behind() == 1);
}

TEST_CASE("numbering: a leap second moves names, and no room: what wandered stays undecided") {
    auto numbering = locked();
    Nanos delay = usual_delay;
    for (; delay < 1100ms; delay += 3ms)
        (void)numbering.label(0, delay);
    REQUIRE(numbering.label(0, delay) == Verdict::straddling);
    CHECK(numbering.run(month_end, 1, delay, unlisted_end) == Verdict::straddling);
    CHECK(numbering.trusted());
}

TEST_CASE("numbering: at a month's end that no list knows, 60 in a row tell; whichever they say") {
    for (const std::int64_t other : {-1, 0, 1}) {
        auto numbering = locked();
        CHECK(numbering.label(other == 0 ? 1 : other, usual_delay, unlisted_end) ==
              Verdict::mismatch);
        numbering.run(month_end - (other == 0 ? 1 : 2), other, usual_delay, unlisted_end);
        CHECK_FALSE(numbering.k());
        (void)numbering.label(other, usual_delay, unlisted_end);
        CHECK(numbering.behind() == other);
    }
}

TEST_CASE("numbering: at a month's end that no list knows, off by two takes 120, as ever") {
    auto numbering = locked();
    numbering.run(replace_count - 1, 2, usual_delay, unlisted_end);
    CHECK_FALSE(numbering.k());
    CHECK(numbering.label(2, usual_delay, unlisted_end) == Verdict::used);
}

TEST_CASE("numbering: at such an end without pulses, off by one is less than 1.7 s off") {
    constexpr Numbering::Moment unlisted_no_phase{false, 0ns, false, true};
    for (const int sign : {-1, 1})
        for (const Nanos off : Lengths{1s, 1700ms - 1ns, 1700ms, 2s}) {
            Labels numbering;
            numbering.run(replace_count, 0, usual_delay, no_phase);
            const int needed = off < 1700ms ? month_end : replace_count;
            numbering.run(needed - 1, 0, usual_delay + sign * off, unlisted_no_phase);
            CHECK_FALSE(numbering.trusted());
            numbering.run(1, 0, usual_delay + sign * off, unlisted_no_phase);
            CHECK(numbering.trusted());
        }
}
