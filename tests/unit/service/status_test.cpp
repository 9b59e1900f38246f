#include "daemon/service/status.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

using namespace ppsd::app;
using namespace hal;
using Json = nlohmann::json;

namespace {

Status locked() {
    Status status;
    status.version = "0.1.0";
    status.pid = 4711;
    status.now = RealTime::from_ns(1'800'000'000'500'000'000);
    status.running = 100s;
    status.state = State::locked;
    status.state_text = {{}, "samples are published"};
    status.state_for = 61s;
    status.pulses = SourceStatus{"gpio:GPIO18", true, 250ms};
    status.sentences = {"uart:/dev/serial0", false, std::nullopt};
    const Sample sample{UtcSecond::from_posix(1'800'000'000),
                        RealTime::from_ns(1'800'000'000'000'250'000), 1, -20};
    status.pps = FeedStatus{1, sample, 500ms, {}, {}};
    status.pps->outputs = {{"shm:1", 12, 0, 0, ""}, {"sock:/run/s", 9, 3, 2, "its queue is full"}};
    status.nmea = FeedStatus{0, std::nullopt, std::nullopt, {}, {{"shm:0", 0, 0, 0, ""}}};
    status.period = 1'000'020us;
    status.delay = 125ms;
    status.pps->verdicts.count(ppsd::discipline::Verdict::used);
    status.label_verdicts.count(ppsd::discipline::Verdict::mismatch);
    return status;
}

} // namespace

TEST_CASE("a removed segment is the state, whatever the pipeline does, and isn't locked") {
    Status status = locked();
    status.unit_removed = "SHM unit 1: Operation not permitted; as root";
    status.state_text.reason = "of another state";
    const Json said = Json::parse(status_json(status));
    CHECK(said["state"] == "unit-removed");
    CHECK(said["reason"].is_null());
    CHECK(said["explanation"] == status.unit_removed);
    CHECK(status_code(status_json(status)) == 1);
    CHECK(status_text(status_json(status)).starts_with("unit-removed: SHM unit 1: "));
    status.unit_removed.clear();
    CHECK(status_code(status_json(status)) == 0);
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

TEST_CASE("the reason of a state that has several") {
    Status status = locked();
    status.state = State::no_labels;
    status.state_text = {"no-checksum", "the sentences have no checksum"};
    status.jitter = 450ns;
    const std::string json = status_json(status);
    CHECK(Json::parse(json)["reason"] == "no-checksum");
    CHECK(status_text(json).starts_with("no-labels: the sentences have no checksum\n"));
    CHECK(status_text(json).find("jitter         0.45 us\n") != std::string::npos);
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
    CHECK(status_text(status_json(status)).find("none") != std::string::npos);
}

TEST_CASE("a feed that goes to no unit has none") {
    Status status = locked();
    status.pps->unit.reset();
    CHECK(Json::parse(status_json(status))["pps"]["unit"].is_null());
}

TEST_CASE("a name of any bytes makes good JSON") {
    Status status;
    status.sentences.name = "uart:/dev/\xff\"\n\x01";
    CHECK(Json::parse(status_json(status))["sentences"]["open"] == false);
    CHECK(status_json(status).find('\n') == status_json(status).size() - 1);
}

TEST_CASE("for people: the state first, and what is known of the rest") {
    const std::string text = status_text(status_json(locked()));
    CHECK(text.starts_with("locked: samples are published\n"));
    for (const char* words :
         {"2027-01-15T07:58:59Z (61 s)", "gpio:GPIO18, the last 0.25 s ago",
          "uart:/dev/serial0, gone", "2027-01-15T08:00:00Z 0.5 s ago, offset -0.000250000",
          "\n  to shm:1  12 samples\n",
          "\n  to sock:/run/s  9 samples, 3 dropped: its queue is full\n",
          "no sample yet\n  to shm:0  0 samples\n", "oscillator     +20.00 ppm",
          "jitter         unknown", "mismatch 1", "pid 4711"})
        CHECK_MESSAGE(text.find(words) != std::string::npos, words, " in ", text);
}

TEST_CASE("the exit code: 0 for locked, 1 for all else") {
    Status status = locked();
    CHECK(status_code(status_json(status)) == 0);
    for (const State state : {State::starting, State::no_fix, State::holdover, State::withheld,
                              State::implausible, State::straddling}) {
        status.state = state;
        CHECK(status_code(status_json(status)) == 1);
    }
}

TEST_CASE("what is no status is refused") {
    for (const char* text :
         {"", "{", "[]", "null", "7", "{}", "{\"state\": 7}", "\xff", "{\"state\": \"locked\""}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)status_code(text), std::runtime_error);
        CHECK_THROWS_AS((void)status_text(text), std::runtime_error);
    }
}

TEST_CASE("an answer whose values are of other kinds is told or refused, never a crash") {
    for (const char* key : {"since", "pulses", "pps", "verdicts", "pid", "explanation", "for_s"})
        for (const char* value : {"7", "\"x\"", "null", "[]", "{}", "{\"unit\": \"x\"}", "true",
                                  "{\"outputs\": [7, {}, {\"taken\": \"x\"}]}"}) {
            const std::string text =
                std::string{"{\"state\": \"locked\", \""} + key + "\": " + value + "}";
            CAPTURE(text);
            std::string told = "refused";
            try {
                told = status_text(text);
            } catch (const std::exception&) { // of whatever kind: ppsctl prints what it says
            }
            CHECK((told == "refused" || told.starts_with("locked")));
        }
}
