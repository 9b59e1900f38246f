#include "daemon/web/api.hpp"

#include "daemon/observe/deviation.hpp"
#include "daemon/observe/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace ppsd::web {
namespace {

using Json = nlohmann::ordered_json;

/// Names of sources and of programs come from outside and may be any bytes.
std::string body(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Json or_null(double value) {
    return known(value) ? Json(value) : Json(nullptr);
}

Json or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

std::string digits(double value) {
    return std::isfinite(value) ? fmt::format("{:.6g}", value) : "null";
}

Json tracking_json(const std::optional<Tracking>& tracking) {
    if (!tracking) return nullptr;
    return {{"reference_id", tracking->reference_id},
            {"name", tracking->name},
            {"stratum", tracking->stratum},
            {"offset_s", tracking->offset},
            {"last_offset_s", tracking->last_offset},
            {"rms_offset_s", tracking->rms_offset},
            {"frequency_ppm", tracking->frequency_ppm},
            {"residual_ppm", tracking->residual_ppm},
            {"skew_ppm", tracking->skew_ppm},
            {"root_delay_s", tracking->root_delay},
            {"root_dispersion_s", tracking->root_dispersion},
            {"update_interval_s", tracking->update_interval},
            {"leap", tracking->leap}};
}

Json source_json(const NtpSource& source) {
    return {{"mode", mode_word(source.mode)},
            {"state", state_word(source.state)},
            {"name", source.name},
            {"stratum", source.stratum},
            {"poll", source.poll},
            {"reach", source.reach},
            {"last_rx_s", source.last_received},
            {"offset_s", source.offset},
            {"error_s", source.error}};
}

Json client_json(const NtpClient& client) {
    return {{"name", client.name},
            {"ntp_packets", client.packets},
            {"dropped", client.dropped},
            {"last_s_ago", client.last}};
}

template <class T>
Json array_of(const std::vector<T>& all, Json (*one)(const T&)) {
    Json array = Json::array();
    for (const T& each : all)
        array.push_back(one(each));
    return array;
}

Json ntp_json(const NtpStatus& ntp) {
    return {{"program", ntp.program},
            {"problem", or_null(ntp.problem)},
            {"tracking", tracking_json(ntp.tracking)},
            {"sources", array_of(ntp.sources, source_json)},
            {"clients", ntp.clients ? array_of(*ntp.clients, client_json) : Json(nullptr)},
            {"clients_problem", or_null(ntp.clients_problem)}};
}

Json series_json() {
    Json all = Json::array();
    for (const SeriesInfo& series : all_series)
        all.push_back({{"name", series.name},
                       {"title", series.title},
                       {"unit", series.unit},
                       {"meaning", series.meaning}});
    return all;
}

Json event_json(const Event& event) {
    return {
        {"time", event.time}, {"kind", event.kind}, {"level", event.level}, {"text", event.text}};
}

/// What a plot draws of a step: its mean, least, largest, spread. parts: into how many a series'
/// step is divided in what is sent; digits that mean nothing were half of a view.
struct Shown {
    const char* name;
    double Summary::*part;
    double parts;
};
constexpr std::array<Shown, 4> shown{{{"mean", &Summary::mean, 10},
                                      {"low", &Summary::low, 1},
                                      {"high", &Summary::high, 1},
                                      {"sd", &Summary::sd, 10}}};

/// By hand: a view is up to 28,000 numbers, and a JSON tree of them costs ten times as much.
void append_numbers(std::string& to, const Curve& curve, Series series, const Shown& what) {
    const double unit = info(series).step / what.parts;
    char separator = '[';
    for (const Row& row : curve.rows) {
        const Summary& summary = row.values[series];
        to += separator;
        if (summary.n > 0)
            fmt::format_to(std::back_inserter(to), "{:.6g}",
                           std::round(summary.*what.part / unit) * unit);
        else
            to += "null";
        separator = ',';
    }
    to += curve.rows.empty() ? "[]" : "]";
}

} // namespace

std::string status_body(const Snapshot& snapshot, std::int64_t since,
                        const std::string& storage_problem) {
    const Verdict said = verdict(snapshot);
    return body({{"time", snapshot.time},
                 {"verdict",
                  {{"level", said.level},
                   {"headline", said.headline},
                   {"detail", said.detail},
                   {"since", since}}},
                 {"ppsd", snapshot.ppsd ? Json::parse(snapshot.ppsd->json) : Json(nullptr)},
                 {"ppsd_problem", or_null(snapshot.ppsd_problem)},
                 {"chrony", ntp_json(snapshot.ntp)},
                 {"temperature_c", or_null(snapshot.temperature)},
                 {"storage", {{"problem", or_null(storage_problem)}}},
                 {"series", series_json()}});
}

std::string history_body(const Curve& curve, const std::vector<Series>& wanted) {
    std::string text = fmt::format("{{\"from\":{},\"to\":{},\"step\":{},\"time\":", curve.from,
                                   curve.to, curve.step);
    char separator = '[';
    for (const Row& row : curve.rows) {
        fmt::format_to(std::back_inserter(text), "{}{}", separator, row.time);
        separator = ',';
    }
    text += curve.rows.empty() ? "[],\"series\":{" : "],\"series\":{";
    for (const Series series : wanted) {
        if (series != wanted.front()) text += ',';
        fmt::format_to(std::back_inserter(text), "\"{}\":", info(series).name);
        separator = '{';
        for (const Shown& what : shown) {
            // A single second has no more than a mean.
            if (curve.step == 1 && what.part != &Summary::mean) continue;
            fmt::format_to(std::back_inserter(text), "{}\"{}\":", separator, what.name);
            append_numbers(text, curve, series, what);
            separator = ',';
        }
        text += '}';
    }
    return text + "}}\n";
}

std::string history_csv(const Curve& curve, const std::vector<Series>& wanted) {
    std::string text = "time";
    for (const Series series : wanted)
        for (const Shown& what : shown)
            text += fmt::format(",{}_{}", info(series).name, what.name);
    text += '\n';
    for (const Row& row : curve.rows) {
        text += std::to_string(row.time);
        for (const Series series : wanted)
            for (const Shown& what : shown)
                text +=
                    row.values[series].n > 0 ? "," + digits(row.values[series].*what.part) : ",";
        text += '\n';
    }
    return text;
}

std::string events_body(const std::vector<Event>& events, bool more) {
    return body({{"events", array_of(events, event_json)}, {"more", more}});
}

std::string event_body(const Event& event) {
    return body(event_json(event));
}

std::string histogram_body(const Trace& trace) {
    const Histogram found = histogram(trace);
    const bool some = found.all.n > 0;
    return body({{"from", trace.from},
                 {"to", trace.to},
                 {"step", trace.step},
                 {"low", found.low},
                 {"width", found.width},
                 {"counts", found.counts},
                 {"n", found.all.n},
                 {"mean", some ? Json(found.all.mean) : Json(nullptr)},
                 {"sd", some ? Json(found.all.sd) : Json(nullptr)}});
}

std::string deviation_body(const Trace& trace) {
    Json tau = Json::array();
    Json adev = Json::array();
    Json mdev = Json::array();
    Json tdev = Json::array();
    for (const Deviation& one : deviations(trace)) {
        tau.push_back(one.tau);
        adev.push_back(one.adev);
        mdev.push_back(one.mdev);
        tdev.push_back(one.tdev);
    }
    return body({{"step", trace.step},
                 {"n", trace.values.size()},
                 {"tau", std::move(tau)},
                 {"adev", std::move(adev)},
                 {"mdev", std::move(mdev)},
                 {"tdev", std::move(tdev)}});
}

std::string point_body(const Point& point, const Snapshot& snapshot) {
    Json json{{"time", point.time}};
    for (std::size_t i = 0; i < series_count; ++i)
        json[std::string{all_series[i].name}] = or_null(point.values[static_cast<Series>(i)]);
    json["state"] = snapshot.ppsd ? Json(snapshot.ppsd->state) : Json(nullptr);
    return body(json);
}

std::string error_body(const std::string& text) {
    return body({{"error", text}});
}

} // namespace ppsd::web
