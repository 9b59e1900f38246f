#include "daemon/discipline/learned_delay.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>

using namespace ppsd::discipline;
using hal::Nanos;
using namespace std::chrono_literals;

namespace {

LearnedDelay learned(Nanos delay) {
    LearnedDelay learned;
    learned.learn(delay);
    return learned;
}

AgreeingLabels labels(std::initializer_list<Nanos> delays) {
    AgreeingLabels labels;
    for (const Nanos delay : delays)
        labels.add(delay);
    return labels;
}

} // namespace

TEST_CASE("learned delay: nothing is known until it is learned, and doubt needs something known") {
    LearnedDelay delay;
    CHECK_FALSE(delay.learned());
    CHECK_FALSE(delay.trusted());
    CHECK_FALSE(delay.familiar(0ns));
    CHECK_FALSE(delay.earlier(labels({-1s})));
    delay.doubt();
    CHECK_FALSE(delay.in_doubt());
    delay.learn(300ms);
    CHECK(delay.learned());
    CHECK(delay.trusted() == 300ms);
}

TEST_CASE("learned delay: in doubt it is still there, until it is learned anew") {
    LearnedDelay delay = learned(300ms);
    delay.doubt();
    CHECK(delay.in_doubt());
    CHECK(delay.learned());
    CHECK(delay.get() == 300ms);
    CHECK_FALSE(delay.trusted());
    delay.follow(300ms);
    CHECK(delay.in_doubt());
    delay.learn(400ms);
    CHECK_FALSE(delay.in_doubt());
    CHECK(delay.trusted() == 400ms);
}

TEST_CASE("learned delay: a label moves it by a sixteenth, of 50 ms at the most") {
    for (const auto& [label, then] : {std::pair<Nanos, Nanos>{316ms, 301ms},
                                      {284ms, 299ms},
                                      {350ms, 303'125us},
                                      {900ms, 303'125us},
                                      {250ms, 296'875us},
                                      {0ms, 296'875us}}) {
        LearnedDelay delay = learned(300ms);
        delay.follow(label);
        CHECK(delay.get() == then);
    }
}

TEST_CASE("learned delay: what is tolerated and what is familiar, to the nanosecond") {
    const LearnedDelay delay = learned(500ms);
    for (const int sign : {1, -1}) {
        CHECK(delay.tolerates(500ms + sign * 400ms));
        CHECK_FALSE(delay.tolerates(500ms + sign * (400ms + 1ns)));
        CHECK(delay.familiar(500ms + sign * 50ms));
        CHECK_FALSE(delay.familiar(500ms + sign * (50ms + 1ns)));
    }
    CHECK(delay.familiar(labels({450ms, 550ms})));
    CHECK_FALSE(delay.familiar(labels({450ms, 550ms + 1ns})));
    CHECK_FALSE(delay.familiar(labels({450ms - 1ns, 550ms})));
}

TEST_CASE("learned delay: labels unlike it, to the nanosecond") {
    const LearnedDelay delay = learned(500ms);
    CHECK_FALSE(delay.any_unlike(labels({350ms, 500ms, 650ms})));
    CHECK(delay.any_unlike(labels({350ms - 1ns, 500ms})));
    CHECK(delay.any_unlike(labels({500ms, 650ms + 1ns})));
    CHECK_FALSE(delay.all_unlike(labels({100ms, 350ms})));
    CHECK(delay.all_unlike(labels({100ms, 350ms - 1ns})));
    CHECK_FALSE(delay.all_unlike(labels({650ms, 900ms})));
    CHECK(delay.all_unlike(labels({650ms + 1ns, 900ms})));
    CHECK_FALSE(delay.all_unlike(labels({100ms, 900ms}))); // some of each
}

TEST_CASE("learned delay: earlier is the middle of the labels, to the nanosecond") {
    const LearnedDelay delay = learned(500ms);
    CHECK_FALSE(delay.earlier(labels({10ms, 350ms, 350ms})));
    CHECK(delay.earlier(labels({10ms, 350ms - 1ns, 900ms})));
    CHECK_FALSE(delay.earlier(labels({900ms, 900ms, 900ms})));
}
