#include "daemon/web/metrics.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::web;

namespace {

bool has(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

} // namespace

TEST_CASE("without ppsd: it is down, and nothing is made up") {
    const std::string text = metrics_body({}, false);
    CHECK(has(text, "ppsd_up 0"));
    CHECK(has(text, "ppsd_web_history_writable 0"));
    CHECK(text.find("ppsd_locked") == std::string::npos);
}

TEST_CASE("with ppsd: states, counters and figures, unknown ones left out") {
    Snapshot snapshot;
    snapshot.time = 1000;
    snapshot.ppsd = parse_ppsd(R"({"state":"locked","version":"1.2","running_s":10,"jitter_s":null,
        "delay_s":0.25,"missed":3,"verdicts":{"edges":{"used":5,"off-beat":1}},
        "pps":{"outputs":[{"output":"shm:1","taken":4,"dropped":2}],"last_sample":{"s_ago":2,"offset_s":0.5}}})");
    const std::string text = metrics_body(snapshot, true);
    CHECK(has(text, "ppsd_up 1"));
    CHECK(has(text, "ppsd_locked 1"));
    CHECK(has(text, "ppsd_state{state=\"locked\"} 1"));
    CHECK(has(text, "ppsd_state{state=\"no-pulses\"} 0"));
    CHECK(has(text, "ppsd_start_time_seconds 990"));
    CHECK(has(text, "ppsd_label_delay_seconds 0.25"));
    CHECK(text.find("jitter") == std::string::npos);
    CHECK(has(text, "ppsd_missed_seconds_total 3"));
    CHECK(has(text, "ppsd_verdicts_total{of=\"edges\",verdict=\"off-beat\"} 1"));
    CHECK(has(text, "ppsd_output_dropped_samples_total{feed=\"pps\",output=\"shm:1\"} 2"));
    CHECK(has(text, "ppsd_sample_last_timestamp_seconds{feed=\"pps\"} 998"));
}
