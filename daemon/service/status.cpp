#include "daemon/service/status.hpp"

#include "daemon/text/utc_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ppsd::app {

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
    return {{"unit", feed->unit ? Json(*feed->unit) : Json(nullptr)},
            {"outputs", std::move(outputs)},
            {"last_sample", last_sample(*feed)},
            {"verdicts", counts(feed->verdicts)}};
}

Json parse(const std::string& json) {
    Json object = Json::parse(json, nullptr, false);
    if (!object.is_object() || !object.contains("state") || !object["state"].is_string())
        throw std::runtime_error("what answers is not ppsd");
    return object;
}

/// "12.3 s", "unknown".
std::string length(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_number() ? fmt::format("{:.6g} s", value.get<double>()) : "unknown";
}

/// "0.45 us".
std::string microseconds(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_number() ? fmt::format("{:.3g} us", value.get<double>() * 1e6) : "unknown";
}

/// How much longer than a second the oscillator has one, "+20.1 ppm".
std::string rate(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    if (!value.is_number()) return "unknown";
    return fmt::format("{:+.2f} ppm", (value.get<double>() - 1) * 1e6);
}

std::string source_line(const Json& status, const char* key) {
    const Json source = status.value(key, Json());
    if (!source.is_object()) return "none";
    const bool open = source.value("open", false);
    const bool heard = source.value("last_s_ago", Json()).is_number();
    return fmt::format("{}, {}", source.value("source", ""),
                       !open   ? std::string{"gone: being looked for"}
                       : heard ? "the last " + length(source, "last_s_ago") + " ago"
                               : std::string{"nothing yet"});
}

std::string feed_line(const Json& status, const char* key) {
    const Json feed = status.value(key, Json());
    if (!feed.is_object()) return "none";
    const Json last = feed.value("last_sample", Json());
    if (!last.is_object()) return "no sample yet";
    return fmt::format("{} {} ago, offset {:+.9f} s", last.value("utc", ""), length(last, "s_ago"),
                       last.value("offset_s", 0.0));
}

std::string output_line(const Json& output) {
    const auto dropped = output.value("dropped", std::uint64_t{0});
    const Json problem = output.value("problem", Json());
    return fmt::format("  to {}  {} samples{}{}\n", output.value("output", ""),
                       output.value("taken", std::uint64_t{0}),
                       dropped > 0 ? fmt::format(", {} dropped", dropped) : std::string{},
                       problem.is_string() ? ": " + problem.get<std::string>() : std::string{});
}

/// A line for each output of a feed.
std::string output_lines(const Json& status, const char* key) {
    const Json feed = status.value(key, Json());
    const Json outputs = feed.is_object() ? feed.value("outputs", Json()) : Json();
    std::string lines;
    if (outputs.is_array())
        for (const Json& output : outputs)
            if (output.is_object()) lines += output_line(output);
    return lines;
}

/// Those that were given, "used 12, mismatch 1".
std::string counts_line(const Json& verdicts) {
    std::string line;
    if (verdicts.is_object())
        for (const auto& [verdict, count] : verdicts.items())
            if (count.is_number_unsigned() && count > 0U)
                line += fmt::format("{}{} {}", line.empty() ? "" : ", ", verdict,
                                    count.get<std::uint64_t>());
    return line.empty() ? "none" : line;
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
        {"pulses", status.pulses ? source(*status.pulses) : Json(nullptr)},
        {"sentences", source(status.sentences)},
        {"pps", feed(status.pps)},
        {"nmea", feed(status.nmea)},
        {"pulse_width_s", seconds(status.pulse_width)},
        {"period_s", seconds(status.period)},
        {"jitter_s", seconds(status.jitter)},
        {"delay_s", seconds(status.delay)},
        {"verdicts", std::move(verdicts)},
    };
    // Names come from the command line and may be any bytes.
    return object.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string status_text(const std::string& json) {
    const Json status = parse(json);
    const Json verdicts = status.value("verdicts", Json::object());
    const auto counts_of = [&](const char* key) {
        return counts_line(verdicts.is_object() ? verdicts.value(key, Json()) : Json());
    };
    return fmt::format("{}: {}\n", status.value("state", ""), status.value("explanation", "")) +
           fmt::format("since          {} ({})\n", status.value("since", ""),
                       length(status, "for_s")) +
           fmt::format("pulses         {}\n", source_line(status, "pulses")) +
           fmt::format("sentences      {}\n", source_line(status, "sentences")) +
           fmt::format("pulses' time   {}\n", feed_line(status, "pps")) +
           output_lines(status, "pps") +
           fmt::format("sentences'     {}\n", feed_line(status, "nmea")) +
           output_lines(status, "nmea") +
           fmt::format("pulse width    {}\n", length(status, "pulse_width_s")) +
           fmt::format("jitter         {}\n", microseconds(status, "jitter_s")) +
           fmt::format("oscillator     {}\n", rate(status, "period_s")) +
           fmt::format("label delay    {}\n", length(status, "delay_s")) +
           fmt::format("edges          {}\n", counts_of("edges")) +
           fmt::format("labels         {}\n", counts_of("labels")) +
           fmt::format("of sentences   {}\n", counts_of("sentences")) +
           fmt::format("ppsd           {}, pid {}, for {}\n", status.value("version", ""),
                       status.value("pid", 0), length(status, "running_s"));
}

int status_code(const std::string& json) {
    return parse(json)["state"] == name(State::locked) ? 0 : 1;
}

} // namespace ppsd::app
