#include "daemon/web/api.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace ppsd;
using namespace ppsd::web;
using nlohmann::json;

namespace {

Curve curve_of(std::int64_t step, const std::vector<double>& offsets) {
    Curve curve{1000, 1000 + step * 100, step, {}};
    std::int64_t time = 1000;
    for (const double offset : offsets) {
        Row row{time, {}};
        if (known(offset)) row.values[Series::offset] = {4, offset, offset - 1, offset + 1, 0.5};
        curve.rows.push_back(row);
        time += step;
    }
    return curve;
}

Trace trace_of(const std::vector<double>& offsets) {
    Trace trace{1000, 1000 + 100, 1, {}};
    std::int64_t time = 1000;
    for (const double offset : offsets)
        trace.values.push_back({time++, offset});
    return trace;
}

} // namespace

TEST_CASE("history: arrays beside the times; null where there is nothing") {
    const json body =
        json::parse(history_body(curve_of(10, {2, unknown, 3}), {Series::offset, Series::jitter}));
    CHECK(body["step"] == 10);
    CHECK(body["time"] == json({1000, 1010, 1020}));
    CHECK(body["series"]["offset"]["mean"] == json({2.0, nullptr, 3.0}));
    CHECK(body["series"]["offset"]["low"] == json({1.0, nullptr, 2.0}));
    CHECK(body["series"]["jitter"]["sd"] == json({nullptr, nullptr, nullptr}));
    CHECK(body["series"].size() == 2);
}

TEST_CASE("history: of single seconds the mean alone; and empty") {
    const json single = json::parse(history_body(curve_of(1, {2}), {Series::offset}));
    CHECK(single["series"]["offset"].size() == 1);
    const json empty = json::parse(history_body(curve_of(10, {}), {Series::offset}));
    CHECK(empty["time"].empty());
    CHECK(empty["series"]["offset"]["high"].empty());
}

TEST_CASE("CSV has a head, and nothing where nothing is known") {
    CHECK(history_csv(curve_of(10, {2, unknown}), {Series::offset}) ==
          "time,offset_mean,offset_low,offset_high,offset_sd\n1000,2,1,3,0.5\n1010,,,,\n");
}

TEST_CASE("histogram: all are counted, far ones in the outer bins") {
    std::vector<double> offsets(2000, 0.0);
    for (std::size_t i = 0; i < offsets.size(); ++i)
        offsets[i] = static_cast<double>(i % 100);
    offsets[0] = 1e6;
    const json body = json::parse(histogram_body(trace_of(offsets)));
    std::uint64_t all = 0;
    for (const json& count : body["counts"])
        all += count.get<std::uint64_t>();
    CHECK(all == 2000);
    CHECK(body["n"] == 2000);
    CHECK(body["low"] == 0);
    CHECK(body["width"].get<double>() == doctest::Approx(99.0 / 60));
    const json none = json::parse(histogram_body(trace_of({})));
    CHECK(none["counts"].empty());
    CHECK(none["mean"].is_null());
    // All the same: still a bin that holds them.
    CHECK(json::parse(histogram_body(trace_of({5, 5})))["counts"][0] == 2);
}

TEST_CASE("deviation: gaps in time are gaps") {
    Trace trace = trace_of(std::vector<double>(20, 0.0));
    for (std::size_t i = 0; i < trace.values.size(); ++i)
        trace.values[i].mean = i % 2 == 0 ? 1 : -1;
    CHECK(json::parse(deviation_body(trace))["tau"][0] == 1.0);
    CHECK(json::parse(deviation_body(trace))["n"] == 20);
    // Every other second missing: no neighbours.
    for (std::size_t i = 0; i < trace.values.size(); ++i)
        trace.values[i].time = 1000 + 2 * static_cast<std::int64_t>(i);
    const json body = json::parse(deviation_body(trace));
    CHECK((body["tau"].empty() || body["tau"][0] != 1.0));
    CHECK(json::parse(deviation_body(trace_of({})))["tau"].empty());
}

TEST_CASE("status: what is not known is null, names may be any bytes") {
    Snapshot snapshot;
    snapshot.ppsd_problem = "gone";
    snapshot.ntp.problem = "not there";
    NtpSource source;
    source.name = "\xff\"<b>";
    snapshot.ntp.sources = {source};
    const json body = json::parse(status_body(snapshot, 900, ""));
    CHECK(body["ppsd"].is_null());
    CHECK(body["ppsd_problem"] == "gone");
    CHECK(body["verdict"]["since"] == 900);
    CHECK(body["chrony"]["tracking"].is_null());
    CHECK(body["chrony"]["clients"].is_null());
    CHECK(body["storage"]["problem"].is_null());
    CHECK(body["temperature_c"].is_null());
    CHECK(body["series"].size() == series_count);
}
