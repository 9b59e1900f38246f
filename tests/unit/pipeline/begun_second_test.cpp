#include "daemon/pipeline/begun_second.hpp"

#include "tests/unit/discipline/leaps.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace ppsd::app;
using namespace ppsd::discipline;
using namespace std::chrono_literals;

namespace {

const UtcSecond second = UtcSecond::from_posix(1'750'000'000);
const MonoTime arrival = MonoTime::from_ns(77'400'000'000);

Label label_of(UtcSecond named) {
    return {named, 0ns, {OscTime::from_ns(5), arrival}, false};
}

Timekeeper::Outcome coming(Nanos off, Verdict verdict = Verdict::used) {
    return {verdict, off, 0, false};
}

const SentenceDelay learned{200ms, {}, true};

} // namespace

TEST_CASE("begun second: as long before the label as pulses have told, else the user") {
    const auto began = [](const SentenceDelay& delay) {
        return begun_second(label_of(second), coming(0ns), delay, {});
    };
    REQUIRE(began(learned));
    CHECK(began(learned)->second == second);
    CHECK(began(learned)->time == arrival - 200ms);
    CHECK(began({200ms, 500ms, true})->time == arrival - 200ms);
    CHECK(began({{}, 500ms, false})->time == arrival - 500ms);
    CHECK(began({{}, {}, false})->time == arrival);
    CHECK_FALSE(began({{}, 500ms, true})); // pulses will tell
}

TEST_CASE("begun second: a label that names a point in the second came so much later") {
    Label label = label_of(second);
    label.fraction = 990ms;
    CHECK(begun_second(label, coming(0ns), learned, {})->time == arrival - 1190ms);
}

TEST_CASE("begun second: not of a label that comes at an unusual time, or whose pulse is unclear") {
    for (const Nanos off : {-300ms, 300ms}) {
        const Nanos more = off + (off < 0ns ? -1ns : 1ns);
        CHECK(begun_second(label_of(second), coming(off), learned, {}));
        CHECK_FALSE(begun_second(label_of(second), coming(more), learned, {}));
    }
    CHECK_FALSE(begun_second(label_of(second), coming(0ns, Verdict::straddling), learned, {}));
    CHECK(begun_second(label_of(second), coming(0ns, Verdict::no_pulse), learned, {}));
}

TEST_CASE("begun second: not of a label that came together with the one before it") {
    Timekeeper::Outcome outcome = coming(0ns);
    outcome.together = true;
    CHECK_FALSE(begun_second(label_of(second), outcome, learned, {}));
}

TEST_CASE("begun second: not of a leap second, nor of a deleted one") {
    Label sixty = label_of(second);
    sixty.leap_second = true;
    CHECK_FALSE(begun_second(sixty, coming(0ns), learned, {}));
    const auto july = UtcSecond::from_posix(july_2025);
    const LeapTable deleted = table_with(Leap::deleted);
    CHECK(begun_second(label_of(july - 2), coming(0ns), learned, deleted)->second == july - 2);
    CHECK(begun_second(label_of(july - 1), coming(0ns), learned, deleted)->second == july);
    CHECK(begun_second(label_of(july), coming(0ns), learned, deleted)->second == july);
}
