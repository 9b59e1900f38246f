#include "daemon/web/snapshot.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::web;

namespace {

Snapshot with_ppsd(const std::string& state) {
    Snapshot snapshot;
    snapshot.time = 1000;
    snapshot.ppsd = parse_ppsd(R"({"state":")" + state + R"(","explanation":"because","pid":7,
        "period_s":1.00002,"jitter_s":2e-6,"delay_s":0.15,"pps":{"last_sample":
        {"second":999,"offset_s":-1e-6}},"satellites":{"used":8,"signal_db":40.5}})");
    REQUIRE(snapshot.ppsd);
    snapshot.ntp.problem = "not there";
    return snapshot;
}

NtpSource source(char mode, char state) {
    NtpSource one;
    one.mode = mode;
    one.state = state;
    one.name = "X";
    return one;
}

} // namespace

TEST_CASE("what is not ppsd's is nothing") {
    CHECK_FALSE(parse_ppsd(""));
    CHECK_FALSE(parse_ppsd("[]"));
    CHECK_FALSE(parse_ppsd("{}"));
    CHECK_FALSE(parse_ppsd(R"({"state":3})"));
    CHECK(parse_ppsd(R"({"state":"locked","pps":null,"satellites":null,"delay_s":"x"})"));
}

TEST_CASE("the line's rate; 0 where it has none") {
    CHECK(parse_ppsd(R"({"state":"locked","baud":9600})")->baud == 9600);
    CHECK(parse_ppsd(R"({"state":"locked","baud":null})")->baud == 0);
    CHECK(parse_ppsd(R"({"state":"locked"})")->baud == 0);
}

TEST_CASE("the verdict: locked is good; without chronyd's word no more is said") {
    CHECK(verdict(with_ppsd("locked")).level == "good");
    CHECK(verdict(with_ppsd("holdover")).level == "warning");
    CHECK(verdict(with_ppsd("searching")).level == "warning");
    CHECK(verdict(with_ppsd("no-pulses")).level == "bad");
    CHECK(verdict(with_ppsd("no-pulses")).detail == "because");
    Snapshot silent;
    silent.ppsd_problem = "gone";
    CHECK(verdict(silent).level == "unknown");
    CHECK(verdict(silent).detail == "gone");
}

TEST_CASE("the verdict: a chronyd that follows something else, or nothing") {
    Snapshot snapshot = with_ppsd("locked");
    snapshot.ntp = {};
    CHECK(verdict(snapshot).level == "bad");
    snapshot.ntp.sources = {source('^', '*'), source('#', '-')};
    CHECK(verdict(snapshot).level == "warning");
    snapshot.ntp.sources = {source('^', '-'), source('#', '*')};
    CHECK(verdict(snapshot).level == "good");
    // Of a ppsd that is not locked its own word goes first.
    snapshot.ppsd->state = "no-pulses";
    CHECK(verdict(snapshot).level == "bad");
}

TEST_CASE("a point: of the sample's own second, and of a sample once") {
    const Snapshot now = with_ppsd("locked");
    const Point point = point_of(now, std::nullopt);
    CHECK(point.time == 999);
    CHECK(point.values[Series::offset] == -1e-6);
    CHECK(point.values[Series::frequency] == doctest::Approx(2e-5));
    CHECK(point.values[Series::satellites] == 8);
    CHECK(point.values[Series::signal] == 40.5);
    CHECK_FALSE(known(point.values[Series::temperature]));
    const Point again = point_of(now, now);
    CHECK(again.time == 1000);
    CHECK_FALSE(known(again.values[Series::offset]));
    CHECK(again.values[Series::jitter] == 2e-6);
}

TEST_CASE("a point: a sample of a clock that is far off is of the second in which it was seen") {
    Snapshot now = with_ppsd("locked");
    now.ppsd->sample_second = 995;
    CHECK(point_of(now, std::nullopt).time == 995);
    now.ppsd->sample_second = 994;
    CHECK(point_of(now, std::nullopt).time == 1000);
    CHECK(known(point_of(now, std::nullopt).values[Series::offset]));
}
