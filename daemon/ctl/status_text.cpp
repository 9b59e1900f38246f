#include "daemon/ctl/status_text.hpp"

#include "daemon/pipeline/state.hpp"
#include "daemon/text/scaled.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ppsd::app {

using Json = nlohmann::ordered_json;

namespace {

Json parse(const std::string& json) {
    Json object = Json::parse(json, nullptr, false);
    if (!object.is_object() || !object.contains("state") || !object["state"].is_string())
        throw std::runtime_error("what answers is not ppsd");
    return object;
}

/// "123 ms", "unknown".
std::string length(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    return value.is_number() ? scaled(value.get<double>()) : "unknown";
}

/// By how much the oscillator is fast, "+20.1 ppm".
std::string rate(const Json& object, const char* key) {
    const Json value = object.value(key, Json());
    if (!value.is_number()) return "unknown";
    return fmt::format("{:+.2f} ppm", (value.get<double>() - 1) * 1e6);
}

/// "115200 baud, 51 % full".
std::string line_of(const Json& status) {
    const Json baud = status.value("baud", Json());
    const Json load = status.value("line_load", Json());
    return (baud.is_number() ? fmt::format("{} baud, ", baud.get<unsigned>()) : "") +
           (load.is_number() ? fmt::format("{:.0f} % full", load.get<double>() * 100)
                             : "no limit, or not known yet");
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
    return fmt::format("{} {} ago, offset {}", last.value("utc", ""), length(last, "s_ago"),
                       scaled_offset(last.value("offset_s", 0.0)));
}

/// When the lock ended last, for how long, and why.
std::string unlock_line(const Json& status) {
    const Json unlock = status.value("last_unlock", Json());
    if (!unlock.is_object()) return "never";
    const bool over = unlock.value("for_s", Json()).is_number();
    return fmt::format("{} ({} ago), {}: {}: {}", unlock.value("utc", ""), length(unlock, "s_ago"),
                       over ? "for " + length(unlock, "for_s") : std::string{"not locked since"},
                       unlock.value("state", ""), unlock.value("explanation", ""));
}

/// "never", "once", "7 times".
std::string times(const Json& status, const char* key) {
    const Json count = status.value(key, Json());
    if (!count.is_number_unsigned()) return "unknown";
    if (count == 0U) return "never";
    return count == 1U ? "once" : fmt::format("{} times", count.get<std::uint64_t>());
}

/// "12 used, 20 in view, 41 dB-Hz".
std::string satellites_line(const Json& status) {
    const Json said = status.value("satellites", Json());
    if (!said.is_object()) return "unknown (no GSV, no GSA)";
    std::string line;
    for (const auto& [key, words] : {std::pair{"used", "{:.0f} used"},
                                     {"in_view", "{:.0f} in view"},
                                     {"signal_db", "{:.0f} dB-Hz"}})
        if (const Json value = said.value(key, Json()); value.is_number())
            line +=
                (line.empty() ? "" : ", ") + fmt::format(fmt::runtime(words), value.get<double>());
    return line.empty() ? "unknown" : line;
}

/// Where pulses are wanted: how many seconds went without one.
std::string missed_line(const Json& status) {
    const Json missed = status.value("missed", Json());
    if (!status.value("pulses", Json()).is_object() || !missed.is_number_unsigned()) return {};
    return fmt::format("missed         {} since the first lock\n", missed.get<std::uint64_t>());
}

/// "stamped by polling, to 600 ns; 1234 polled, 2 not found".
std::string stamping_line(const Json& status) {
    const Json stamping = status.value("stamping", Json());
    if (!stamping.is_object()) return "stamped by interrupts";
    const std::string how = stamping.value("how", "");
    const bool polled = how == "polled" || how == "measuring";
    std::string words = polled ? "by polling" : "by interrupts";
    if (!stamping.value("bound_s", Json()).is_null())
        words += ", to " + length(stamping, "bound_s");
    if (how == "measuring") words += ", one in eight by interrupts";
    return fmt::format("stamped {}; {} polled, {} not found", words,
                       stamping.value("polled", std::uint64_t{0}),
                       stamping.value("missed", std::uint64_t{0}));
}

/// "corrected by 12.0 us; 31 measured, with a spread of 400 ns".
std::string interrupts_line(const Json& status) {
    const Json stamping = status.value("stamping", Json());
    if (!stamping.is_object()) return "lateness unknown (nothing is polled)";
    return fmt::format(
        "corrected by {}; {} measured, with a spread of {}", length(stamping, "irq_delay_s"),
        stamping.value("irq_measured", std::uint64_t{0}), length(stamping, "irq_spread_s"));
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

std::string status_text(const std::string& json) {
    const Json status = parse(json);
    const Json verdicts = status.value("verdicts", Json::object());
    const auto counts_of = [&](const char* key) {
        return counts_line(verdicts.is_object() ? verdicts.value(key, Json()) : Json());
    };
    return fmt::format("{}: {}\n", status.value("state", ""), status.value("explanation", "")) +
           fmt::format("since          {} ({})\n", status.value("since", ""),
                       length(status, "for_s")) +
           fmt::format("last unlocked  {}\n", unlock_line(status)) +
           fmt::format("pulses         {}\n", source_line(status, "pulses")) +
           fmt::format("sentences      {}\n", source_line(status, "sentences")) +
           fmt::format("pulses' time   {}\n", feed_line(status, "pps")) +
           output_lines(status, "pps") + missed_line(status) +
           fmt::format("sentences'     {}\n", feed_line(status, "nmea")) +
           output_lines(status, "nmea") +
           fmt::format("edges' time    {}\n", stamping_line(status)) +
           fmt::format("interrupts     {}\n", interrupts_line(status)) +
           fmt::format("pulse width    {}\n", length(status, "pulse_width_s")) +
           fmt::format("jitter         {}\n", length(status, "jitter_s")) +
           fmt::format("oscillator     {}\n", rate(status, "period_s")) +
           fmt::format("label delay    {}\n", length(status, "delay_s")) +
           fmt::format("satellites     {}\n", satellites_line(status)) +
           fmt::format("serial line    {}\n", line_of(status)) +
           fmt::format("renumbered     {}\n", times(status, "renumbered")) +
           fmt::format("clock set      {}\n", times(status, "clock_steps")) +
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
