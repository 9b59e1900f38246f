#include "daemon/discipline/recent_pulses.hpp"
#include "tests/unit/discipline/station.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;

namespace {

RecentPulses pulses(std::int64_t from, std::int64_t to) {
    RecentPulses recent;
    for (std::int64_t n = from; n <= to; ++n)
        recent.add({at(whole_seconds(n)), n});
    return recent;
}

constexpr std::int64_t capacity = RecentPulses::capacity;

} // namespace

TEST_CASE("an empty ring finds nothing") {
    RecentPulses recent;
    CHECK(recent.empty());
    CHECK(recent.last_until(at(1h)) == nullptr);
    CHECK(recent.find(0) == nullptr);
    CHECK(recent.first_unlabelled_after(-1) == nullptr);
}

TEST_CASE("the last pulse not after an instant, to the nanosecond") {
    auto recent = pulses(0, 3);
    CHECK(recent.last_until(at(-1ns)) == nullptr);
    CHECK(recent.last_until(at(0ns))->pulse.ordinal == 0);
    CHECK(recent.last_until(at(2s - 1ns))->pulse.ordinal == 1);
    CHECK(recent.last_until(at(2s))->pulse.ordinal == 2);
    CHECK(recent.last_until(at(1h))->pulse.ordinal == 3);
}

TEST_CASE("it keeps the last 16") {
    auto recent = pulses(0, capacity - 1);
    CHECK(recent.find(0) != nullptr);
    recent = pulses(0, capacity);
    CHECK(recent.find(0) == nullptr);
    CHECK(recent.find(1) != nullptr);
    CHECK(recent.find(capacity)->pulse.time == at(whole_seconds(capacity)));
    CHECK(recent.last_until(at(1s - 1ns)) == nullptr);
}

TEST_CASE("a pulse that comes anew into a place has no label") {
    auto recent = pulses(0, 0);
    recent.mark_labelled(0);
    for (std::int64_t n = 1; n <= capacity; ++n)
        recent.add({at(whole_seconds(n)), n});
    CHECK_FALSE(recent.find(capacity)->labelled);
}

TEST_CASE("the first without a label after an ordinal") {
    auto recent = pulses(0, 4);
    recent.mark_labelled(2);
    CHECK(recent.first_unlabelled_after(-1)->pulse.ordinal == 0);
    CHECK(recent.first_unlabelled_after(0)->pulse.ordinal == 1);
    CHECK(recent.first_unlabelled_after(1)->pulse.ordinal == 3);
    CHECK(recent.first_unlabelled_after(4) == nullptr);
    recent.mark_labelled(17); // not there: nothing happens
    CHECK(recent.first_unlabelled_after(-1)->pulse.ordinal == 0);
}

TEST_CASE("cleared, it is as new") {
    auto recent = pulses(0, 20);
    recent.clear();
    CHECK(recent.empty());
    CHECK(recent.last_until(at(1h)) == nullptr);
    recent.add({at(0ns), 7});
    CHECK(recent.find(7) != nullptr);
    CHECK(recent.find(20) == nullptr);
}

TEST_CASE("a second after the last, or as many as the ordinals say, to 2 ms") {
    auto recent = pulses(0, 3);
    for (const std::int64_t n : {4, 6}) {
        for (const Nanos off : {-2ms - 1ns, Nanos{-2ms}, 0ns, Nanos{2ms}, 2ms + 1ns}) {
            const bool in_time = std::chrono::abs(off) <= 2ms;
            CHECK(recent.a_second_before({at(whole_seconds(n) + off), n}) == in_time);
        }
    }
    CHECK_FALSE(recent.a_second_before({at(4s), 5}));
}

TEST_CASE("the length of a second, missing pulses counted") {
    RecentPulses recent;
    CHECK(recent.second_length() == 1s);
    recent.add({at(0ns), 5});
    CHECK(recent.second_length() == 1s);
    recent.add({at(4160ms), 9});
    CHECK(recent.second_length() == 1040ms);
    CHECK(pulses(0, 40).second_length() == 1s);
}
