#include "hal/src/sim/fault_schedule.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr TrueTime at(double s) {
    return TrueTime::from_ns(static_cast<std::int64_t>(s * 1e9));
}

Scenario with(const TimedFault& fault) {
    Scenario scenario;
    scenario.faults.push_back(fault);
    return scenario;
}

TimedFault missing(double from, double length) {
    return {from, 0, {length, length}, {{"line.missing", {1, 1}}}};
}

} // namespace

TEST_CASE("a fault is on from its beginning to its end") {
    const Scenario scenario = with(missing(100, 20));
    FaultSchedule schedule{scenario, Random{1, 1}};
    schedule.advance(at(0));
    CHECK_FALSE(schedule.any_active());
    CHECK(schedule.next_change() == at(100));
    schedule.advance(at(100));
    CHECK(schedule.any_active());
    CHECK(schedule.parameters()["line.missing"] == 1);
    CHECK(schedule.next_change() == at(120));
    schedule.advance(at(120));
    CHECK_FALSE(schedule.any_active());
    CHECK(schedule.parameters()["line.missing"] == 0);
    CHECK(schedule.next_change() == TrueTime::from_ns(INT64_MAX));
}

TEST_CASE("of two at once the later written one holds, and then the other again") {
    Scenario scenario = with(missing(10, 100));
    scenario.faults.push_back({50, 0, {10, 10}, {{"line.missing", {0.5, 0.5}}}});
    FaultSchedule schedule{scenario, Random{1, 1}};
    for (const double t : {0.0, 10.0, 50.0})
        schedule.advance(at(t));
    CHECK(schedule.parameters()["line.missing"] == 0.5);
    schedule.advance(at(60));
    CHECK(schedule.parameters()["line.missing"] == 1);
}

TEST_CASE("what returns does so after half to one and a half of its distance, drawn anew") {
    const Scenario scenario = with({0, 1000, {5, 10}, {{"nmea.late-by", {0.1, 0.9}}}});
    FaultSchedule schedule{scenario, Random{7, 1}};
    schedule.advance(at(0));
    TrueTime ended;
    double last = 0;
    for (int i = 0; i < 50; ++i) {
        const TrueTime begin = schedule.next_change();
        CHECK(begin - ended >= 500s);
        CHECK(begin - ended <= 1500s);
        schedule.advance(begin);
        const double value = schedule.parameters()["nmea.late-by"];
        CHECK((value >= 0.1 && value <= 0.9 && value != last));
        last = value;
        ended = schedule.next_change();
        CHECK(ended - begin >= 5s);
        CHECK(ended - begin <= 10s);
        schedule.advance(ended);
        CHECK_FALSE(schedule.any_active());
    }
}

TEST_CASE("a step is taken once, even if it lasts for no time") {
    const Scenario scenario = with({30, 0, {0, 0}, {{"clock.step", {-1.5, -1.5}}}});
    FaultSchedule schedule{scenario, Random{1, 1}};
    schedule.advance(at(0));
    CHECK(schedule.take_impulse("clock.step") == 0);
    schedule.advance(at(30));
    CHECK(schedule.take_impulse("clock.step") == -1.5);
    CHECK(schedule.take_impulse("clock.step") == 0);
    CHECK(schedule.next_change() == at(30));
    schedule.advance(at(30));
    CHECK(schedule.take_impulse("clock.step") == 0);
    CHECK_FALSE(schedule.any_active());
}

TEST_CASE("who only slews or steps the clock disturbs nothing") {
    struct Case {
        Key key;
        bool disturbs;
    };
    for (const auto& [key, disturbs] : std::initializer_list<Case>{
             {"clock.slew", false}, {"clock.step", false}, {"clock.drift", true}}) {
        const Scenario scenario = with({10, 0, {5, 5}, {{key, {1, 1}}}});
        FaultSchedule schedule{scenario, Random{1, 1}};
        schedule.advance(at(10));
        CHECK(schedule.parameters()[key] == 1);
        CHECK(schedule.any_active() == disturbs);
    }
}
