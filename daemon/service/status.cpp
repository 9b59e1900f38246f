#include "daemon/service/status.hpp"

#include "daemon/text/utc_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ppsd::app {

using hal::Feed;
using hal::Nanos;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

double seconds(Nanos d) {
    return std::chrono::duration<double>(d).count();
}

Json seconds(const std::optional<Nanos>& d) {
    return d ? Json(seconds(*d)) : Json(nullptr);
}

template <class Verdict, std::size_t size>
Json counts(const Counters<Verdict, size>& counters) {
    Json all = Json::object();
    for (std::size_t i = 0; i < size; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        all[std::string{name(verdict)}] = counters[verdict];
    }
    return all;
}

Json last_unlock(const std::optional<UnlockStatus>& unlock) {
    if (!unlock) return nullptr;
    return {{"utc", utc_text(unlock->at.ns(), 0)},
            {"s_ago", seconds(unlock->before)},
            {"state", name(unlock->to)},
            {"explanation", unlock->explanation},
            {"for_s", seconds(unlock->lasting)}};
}

Json source(const SourceStatus& source) {
    return {{"source", source.name},
            {"open", source.open},
            {"last_s_ago", seconds(source.last_before)}};
}

/// offset_s: of the label from the system's clock; positive: that clock is behind.
Json last_sample(const FeedStatus& feed) {
    if (!feed.last) return nullptr;
    const Sample& sample = *feed.last;
    const Nanos offset{sample.clock.posix() * second_ns - sample.receive.ns()};
    return {
        {"second", sample.clock.posix()}, {"utc", utc_text(sample.clock.posix() * second_ns, 0)},
        {"offset_s", seconds(offset)},    {"leap", sample.leap},
        {"precision", sample.precision},  {"s_ago", seconds(feed.last_before)}};
}

template <class Value>
Json known(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json satellites(const std::optional<SatelliteStatus>& satellites) {
    if (!satellites) return nullptr;
    return {{"used", known(satellites->used)},
            {"in_view", known(satellites->in_view)},
            {"signal_db", known(satellites->signal_db)},
            {"s_ago", seconds(satellites->before)}};
}

Json stamping(const std::optional<StampingStatus>& stamping) {
    if (!stamping) return nullptr;
    return {{"how", stamping->how},
            {"bound_s", seconds(stamping->bound)},
            {"window_s", seconds(stamping->window)},
            {"polled", stamping->polled},
            {"missed", stamping->missed},
            {"irq_delay_s", seconds(stamping->irq_delay)},
            {"irq_spread_s", seconds(stamping->irq_spread)},
            {"irq_measured", stamping->irq_measured}};
}

Json output(const OutputStatus& output) {
    return {{"output", output.name},
            {"taken", output.taken},
            {"dropped", output.dropped},
            {"full", output.full},
            {"problem", output.problem.empty() ? Json(nullptr) : Json(output.problem)}};
}

Json feed(const std::optional<FeedStatus>& feed) {
    if (!feed) return nullptr;
    Json outputs = Json::array();
    for (const OutputStatus& one : feed->outputs)
        outputs.push_back(output(one));
    return {{"unit", known(feed->unit)},
            {"outputs", std::move(outputs)},
            {"last_sample", last_sample(*feed)},
            {"verdicts", counts(feed->verdicts)}};
}

} // namespace

std::string status_json(const Status& status) {
    const std::int64_t since = status.now.ns() - status.state_for.count();
    Json verdicts = {{"edges", counts(status.edge_verdicts)},
                     {"labels", counts(status.label_verdicts)},
                     {"sentences", counts(status.sentence_verdicts)}};
    const bool removed = !status.unit_removed.empty();
    const StateText& text = removed ? StateText{{}, status.unit_removed} : status.state_text;
    const Json object = {
        {"program", "ppsd"},
        {"version", status.version},
        {"pid", status.pid},
        {"running_s", seconds(status.running)},
        {"state", removed ? unit_removed : name(status.state)},
        {"reason", text.reason.empty() ? Json(nullptr) : Json(text.reason)},
        {"explanation", text.text},
        {"since", utc_text(since, 0)},
        {"for_s", seconds(status.state_for)},
        {"last_unlock", last_unlock(status.last_unlock)},
        {"missed", status.missed},
        {"renumbered", status.renumbered},
        {"clock_steps", status.clock_steps},
        {"pulses", status.pulses ? source(*status.pulses) : Json(nullptr)},
        {"sentences", source(status.sentences)},
        {name(Feed::pps), feed(status.published[Feed::pps])},
        {name(Feed::nmea), feed(status.published[Feed::nmea])},
        {"stamping", stamping(status.stamping)},
        {"pulse_width_s", seconds(status.pulse_width)},
        {"period_s", seconds(status.period)},
        {"jitter_s", seconds(status.jitter)},
        {"delay_s", seconds(status.delay)},
        {"satellites", satellites(status.satellites)},
        {"baud", status.baud ? Json(*status.baud) : Json(nullptr)},
        {"line_load", known(status.line_load)},
        {"leap_list_expires",
         status.leap_list_expires ? Json(status.leap_list_expires->posix()) : Json(nullptr)},
        {"verdicts", std::move(verdicts)},
    };
    // Names come from the command line and may be any bytes.
    return object.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

} // namespace ppsd::app
