#include "daemon/ctl/top_status.hpp"

#include "daemon/text/log.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace ppsd::app {
namespace {

/// A member, or null.
nlohmann::json member(const nlohmann::json& object, const char* key) {
    return object.is_object() && object.contains(key) ? object[key] : nlohmann::json();
}

std::string text(const nlohmann::json& object, const char* key) {
    const nlohmann::json value = member(object, key);
    return value.is_string() ? ascii_only(value.get<std::string>()) : std::string{};
}

std::optional<double> number(const nlohmann::json& object, const char* key) {
    const nlohmann::json value = member(object, key);
    if (!value.is_number()) return std::nullopt;
    return value.get<double>();
}

std::optional<std::int64_t> whole(const nlohmann::json& object, const char* key) {
    const nlohmann::json value = member(object, key);
    if (!value.is_number_integer()) return std::nullopt;
    return value.get<std::int64_t>();
}

std::optional<TopSample> sample(const nlohmann::json& feed) {
    const nlohmann::json last = member(feed, "last_sample");
    const auto second = whole(last, "second");
    const auto offset = number(last, "offset_s");
    const auto ago = number(last, "s_ago");
    if (!second || !offset || !ago) return std::nullopt;
    return TopSample{*second, *offset, *ago};
}

void add_counts(TopCounts& counts, const std::string& kind, const nlohmann::json& verdicts) {
    if (!verdicts.is_object()) return;
    for (const auto& [verdict, count] : verdicts.items())
        if (count.is_number_unsigned())
            counts[kind + ' ' + ascii_only(verdict)] = count.get<std::uint64_t>();
}

} // namespace

TopStatus parse_top_status(const std::string& json) {
    const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
    TopStatus status;
    status.state = text(object, "state");
    if (status.state.empty()) throw std::runtime_error("what answers is not ppsd");
    status.version = text(object, "version");
    status.pid = whole(object, "pid").value_or(0);
    status.explanation = text(object, "explanation");
    status.since = text(object, "since");
    status.for_s = number(object, "for_s");
    status.jitter_s = number(object, "jitter_s");
    const nlohmann::json pulses = member(object, "pps");
    const nlohmann::json feed = pulses.is_object() ? pulses : member(object, "nmea");
    status.last = sample(feed);
    add_counts(status.counts, "samples", member(feed, "verdicts"));
    for (const char* kind : {"edges", "labels", "sentences"})
        add_counts(status.counts, kind, member(member(object, "verdicts"), kind));
    return status;
}

} // namespace ppsd::app
