#include "daemon/web/events.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::web;

namespace {

Snapshot at(std::int64_t time, const std::string& state, int pid = 7) {
    Snapshot snapshot;
    snapshot.time = time;
    snapshot.ppsd = PpsdStatus{};
    snapshot.ppsd->state = state;
    snapshot.ppsd->explanation = "because";
    snapshot.ppsd->pid = pid;
    return snapshot;
}

NtpSource selected(const std::string& name) {
    NtpSource source;
    source.mode = '#';
    source.state = '*';
    source.name = name;
    return source;
}

} // namespace

TEST_CASE("at the start the state is told, then only what changes") {
    const auto first = events_between(std::nullopt, at(1, "locked"));
    REQUIRE(first.size() == 1);
    CHECK(first[0].kind == "state");
    CHECK(first[0].time == 1);
    CHECK(first[0].text == "locked: because");
    CHECK(events_between(at(1, "locked"), at(2, "locked")).empty());
    const auto lost = events_between(at(1, "locked"), at(2, "no-pulses"));
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].level == "bad");
}

TEST_CASE("a restart, with the state that it is in; its counters begin anew") {
    Snapshot before = at(1, "locked");
    before.ppsd->renumbered = 3;
    const auto told = events_between(before, at(2, "starting", 8));
    REQUIRE(told.size() == 2);
    CHECK(told[0].kind == "restart");
    CHECK(told[1].kind == "state");
}

TEST_CASE("ppsd goes and comes again") {
    Snapshot gone;
    gone.time = 2;
    gone.ppsd_problem = "no ppsd is running there";
    const auto lost = events_between(at(1, "locked"), gone);
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].kind == "gap");
    CHECK(events_between(gone, gone).empty());
    CHECK(events_between(gone, at(3, "locked")).size() == 1);
}

TEST_CASE("renumbered, and a step of the clock") {
    Snapshot now = at(2, "locked");
    now.ppsd->renumbered = 1;
    now.ppsd->clock_steps = 1;
    const auto told = events_between(at(1, "locked"), now);
    REQUIRE(told.size() == 2);
    CHECK(told[0].kind == "renumbered");
    CHECK(told[1].kind == "step");
}

TEST_CASE("another rate of the line; none where one of both isn't known, or ppsd was restarted") {
    Snapshot before = at(1, "locked");
    Snapshot now = at(2, "locked");
    now.ppsd->baud = 38400;
    CHECK(events_between(before, now).empty());
    before.ppsd->baud = 38400;
    CHECK(events_between(before, now).empty());
    before.ppsd->baud = 9600;
    const auto told = events_between(before, now);
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == "rate");
    CHECK(told[0].text == "the line runs at 38400 baud now, not 9600");
    now.ppsd->baud = 0;
    CHECK(events_between(before, now).empty());
    Snapshot restarted = at(2, "locked", 8);
    restarted.ppsd->baud = 38400;
    for (const Event& event : events_between(before, restarted))
        CHECK(event.kind != "rate");
}

TEST_CASE("chronyd's choice, and its going and coming") {
    Snapshot before = at(1, "locked");
    Snapshot now = at(2, "locked");
    now.ntp.sources = {selected("PPS")};
    auto told = events_between(before, now);
    REQUIRE(told.size() == 1);
    CHECK(told[0].text == "chronyd follows refclock PPS");
    told = events_between(now, before);
    REQUIRE(told.size() == 1);
    CHECK(told[0].level == "warning");
    before.ntp.problem = "is it running?";
    told = events_between(now, before);
    REQUIRE(told.size() == 1);
    CHECK(told[0].level == "warning");
    told = events_between(before, now);
    REQUIRE(told.size() == 1);
    CHECK(told[0].text == "chronyd answers");
    CHECK(events_between(before, before).empty());
}
