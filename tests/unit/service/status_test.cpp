#include "daemon/service/status.hpp"

#include "tests/unit/support/status.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;
using Json = nlohmann::json;

TEST_CASE("a removed segment is the state, whatever the pipeline does, and isn't locked") {
    Status status = locked();
    status.unit_removed = "SHM unit 1: Operation not permitted; as root";
    status.state_text.reason = "of another state";
    const Json said = Json::parse(status_json(status));
    CHECK(said["state"] == "unit-removed");
    CHECK(said["reason"].is_null());
    CHECK(said["explanation"] == status.unit_removed);
}

TEST_CASE("JSON: one line, with what is known; null for what is not") {
    const std::string text = status_json(locked());
    CHECK(text.find('\n') == text.size() - 1);
    const Json said = Json::parse(text);
    CHECK(said["state"] == "locked");
    CHECK(said["reason"].is_null());
    CHECK(said["explanation"] == "samples are published");
    CHECK(said["since"] == "2027-01-15T07:58:59Z");
    CHECK(said["for_s"] == 61.0);
    CHECK(said["pid"] == 4711);
    CHECK(said["running_s"] == 100.0);
    CHECK(said["pulses"]["source"] == "gpio:GPIO18");
    CHECK(said["pulses"]["last_s_ago"] == 0.25);
    CHECK(said["sentences"]["open"] == false);
    CHECK(said["sentences"]["last_s_ago"].is_null());
    CHECK(said["pps"]["unit"] == 1);
    CHECK(said["pps"]["outputs"][0] == Json({{"output", "shm:1"},
                                             {"taken", 12},
                                             {"dropped", 0},
                                             {"full", 0},
                                             {"problem", nullptr}}));
    CHECK(said["pps"]["outputs"][1] == Json({{"output", "sock:/run/s"},
                                             {"taken", 9},
                                             {"dropped", 3},
                                             {"full", 2},
                                             {"problem", "its queue is full"}}));
    CHECK(said["nmea"]["outputs"].size() == 1);
    CHECK(said["pps"]["last_sample"]["second"] == 1'800'000'000);
    CHECK(said["pps"]["last_sample"]["utc"] == "2027-01-15T08:00:00Z");
    CHECK(said["pps"]["last_sample"]["offset_s"] == -0.00025);
    CHECK(said["pps"]["last_sample"]["leap"] == 1);
    CHECK(said["nmea"]["last_sample"].is_null());
    CHECK(said["period_s"] == 1.00002);
    CHECK(said["delay_s"] == 0.125);
    CHECK(said["jitter_s"].is_null());
    CHECK(said["stamping"].is_null());
    CHECK(said["pulse_width_s"].is_null());
}

TEST_CASE("the pulse's width and its jitter, once they are known") {
    Status status = locked();
    status.pulse_width = 100ms;
    status.jitter = 250ns;
    const Json said = Json::parse(status_json(status));
    CHECK(said["pulse_width_s"] == 0.1);
    CHECK(said["jitter_s"] == 2.5e-7);
}

TEST_CASE("how full the receiver's line is, where it has a limit") {
    Status status = locked();
    CHECK(Json::parse(status_json(status))["line_load"].is_null());
    status.line_load = 0.5;
    CHECK(Json::parse(status_json(status))["line_load"] == 0.5);
    CHECK(Json::parse(status_json(status))["baud"].is_null());
    status.baud = 9600;
    CHECK(Json::parse(status_json(status))["baud"] == 9600);
}

TEST_CASE("what was: missed seconds, renumberings, steps, and the last unlock") {
    Status status = locked();
    Json said = Json::parse(status_json(status));
    CHECK(said["missed"] == 0);
    CHECK(said["renumbered"] == 0);
    CHECK(said["clock_steps"] == 0);
    CHECK(said["last_unlock"].is_null());
    status.missed = 12;
    status.renumbered = 1;
    status.clock_steps = 2;
    status.last_unlock = {hal::RealTime::from_ns(1'800'000'000'000'000'000 - 90'000'000'000), 90s,
                          State::no_pulses, "no edge", std::nullopt};
    said = Json::parse(status_json(status));
    CHECK(said["missed"] == 12);
    CHECK(said["renumbered"] == 1);
    CHECK(said["clock_steps"] == 2);
    CHECK(said["last_unlock"] == Json({{"utc", "2027-01-15T07:58:30Z"},
                                       {"s_ago", 90.0},
                                       {"state", "no-pulses"},
                                       {"explanation", "no edge"},
                                       {"for_s", nullptr}}));
    status.last_unlock->lasting = 30s;
    CHECK(Json::parse(status_json(status))["last_unlock"]["for_s"] == 30.0);
}

TEST_CASE("when the list of leap seconds ends; null without one") {
    Status status;
    CHECK(Json::parse(status_json(status))["leap_list_expires"].is_null());
    status.leap_list_expires = UtcSecond::from_posix(1'800'000'000);
    CHECK(Json::parse(status_json(status))["leap_list_expires"] == 1'800'000'000);
}

TEST_CASE("satellites: what is known of them, and null where nothing is") {
    Status status = locked();
    CHECK(Json::parse(status_json(status))["satellites"].is_null());
    status.satellites = {12, std::nullopt, 41.5, 250ms};
    CHECK(Json::parse(status_json(status))["satellites"] ==
          Json({{"used", 12}, {"in_view", nullptr}, {"signal_db", 41.5}, {"s_ago", 0.25}}));
}

TEST_CASE("the reason of a state that has several") {
    Status status = locked();
    status.state = State::no_labels;
    status.state_text = {"no-checksum", "the sentences have no checksum"};
    status.jitter = 450ns;
    const std::string json = status_json(status);
    CHECK(Json::parse(json)["reason"] == "no-checksum");
}

TEST_CASE("each verdict has its count, those that never were given too") {
    const Json said = Json::parse(status_json(locked()));
    CHECK(said["pps"]["verdicts"]["used"] == 1);
    CHECK(said["verdicts"]["labels"]["mismatch"] == 1);
    CHECK(said["verdicts"]["labels"]["used"] == 0);
    CHECK(said["verdicts"]["edges"].size() == ppsd::discipline::verdict_count);
    CHECK(said["verdicts"]["sentences"].size() == ppsd::nmea::verdict_count);
}

TEST_CASE("no pulses, no units: null") {
    Status status;
    const Json said = Json::parse(status_json(status));
    CHECK(said["state"] == "starting");
    for (const char* key : {"pulses", "pps", "nmea", "pulse_width_s", "delay_s"})
        CHECK(said[key].is_null());
}

TEST_CASE("a feed that goes to no unit has none") {
    Status status = locked();
    status.published[hal::Feed::pps]->unit.reset();
    CHECK(Json::parse(status_json(status))["pps"]["unit"].is_null());
}

TEST_CASE("a name of any bytes makes good JSON") {
    Status status;
    status.sentences.name = "uart:/dev/\xff\"\n\x01";
    CHECK(Json::parse(status_json(status))["sentences"]["open"] == false);
    CHECK(status_json(status).find('\n') == status_json(status).size() - 1);
}

TEST_CASE("JSON: how edges are stamped, where they are polled or interrupts are corrected") {
    Status status = locked();
    status.stamping = {"polled", 40us, 1234, 2, Nanos{600}, Nanos{12'000}, Nanos{400}, 31};
    const Json said = Json::parse(status_json(status))["stamping"];
    CHECK(said["how"] == "polled");
    CHECK(said["bound_s"] == 600e-9);
    CHECK(said["window_s"] == 40e-6);
    CHECK(said["polled"] == 1234);
    CHECK(said["missed"] == 2);
    CHECK(said["irq_delay_s"] == 12e-6);
    CHECK(said["irq_spread_s"] == 400e-9);
    CHECK(said["irq_measured"] == 31);
}
