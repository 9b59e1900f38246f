#include "daemon/settings/recorded_options.hpp"

#include "hal/recording_reader.hpp"

#include <array>
#include <chrono>
#include <fmt/format.h>
#include <stdexcept>

namespace ppsd::app {

using hal::Nanos;

namespace {

std::string unit_text(const std::optional<int>& unit) {
    return unit ? fmt::format("{}", *unit) : "none";
}

/// Exactly, and in a way that reading it gives the same.
std::string seconds_text(Nanos t) {
    const char* const sign = t < Nanos{0} ? "-" : "";
    const std::int64_t ns = t < Nanos{0} ? -t.count() : t.count();
    return fmt::format("{}{}.{:09}", sign, ns / 1'000'000'000, ns % 1'000'000'000);
}

std::string edge_text(hal::EdgeChoice edge) {
    if (edge == hal::EdgeChoice::automatic) return "auto";
    return edge == hal::EdgeChoice::rising ? "rising" : "falling";
}

std::string date_text(hal::UtcSecond midnight) {
    using namespace std::chrono;
    const year_month_day day{floor<days>(sys_seconds{seconds{midnight.posix()}})};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string checksum_text(nmea::Checksum checksum) {
    return checksum == nmea::Checksum::required ? "required" : "optional";
}

struct Row {
    const char* key;
    std::string (*text)(const Options&);
};

constexpr std::array rows{
    Row{"pps", [](const Options& o) { return o.pps; }},
    Row{"nmea", [](const Options& o) { return o.nmea; }},
    Row{"baud", [](const Options& o) { return fmt::format("{}", o.baud); }},
    Row{"checksum", [](const Options& o) { return checksum_text(o.checksum); }},
    Row{"edge", [](const Options& o) { return edge_text(o.edge); }},
    Row{"pps-unit",
        [](const Options& o) { return o.pps_out.empty() ? unit_text(o.pps_unit) : ""; }},
    Row{"nmea-unit",
        [](const Options& o) { return o.nmea_out.empty() ? unit_text(o.nmea_unit) : ""; }},
    Row{"pps-out", [](const Options& o) { return outputs_text(o.pps_out); }},
    Row{"nmea-out", [](const Options& o) { return outputs_text(o.nmea_out); }},
    Row{"pps-delay", [](const Options& o) { return fmt::format("{}", o.pps_delay.count()); }},
    Row{"nmea-delay",
        [](const Options& o) { return o.nmea_delay ? seconds_text(*o.nmea_delay) : ""; }},
    Row{"lock-count", [](const Options& o) { return fmt::format("{}", o.lock_count); }},
    Row{"holdover", [](const Options& o) { return seconds_text(o.holdover); }},
    Row{"distrust", [](const Options& o) { return seconds_text(o.distrust); }},
    Row{"not-before", [](const Options& o) { return date_text(o.not_before); }},
    Row{"trust", [](const Options& o) { return std::string{name(o.trust)}; }},
    Row{"published-before",
        [](const Options& o) { return std::string{o.published_before ? "yes" : "no"}; }},
};

} // namespace

const std::vector<std::string>& recorded_keys() {
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> all;
        for (const Row& row : rows)
            all.emplace_back(row.key);
        return all;
    }();
    return keys;
}

std::string option_text(const Options& options, std::string_view key) {
    for (const Row& row : rows)
        if (row.key == key) return row.text(options);
    return {};
}

// What can't be read, whoever opens it will say.
std::optional<hal::UtcSecond> recorded_not_before(const std::string& path) {
    try {
        hal::RecordingReader reader{path};
        while (const auto line = reader.next()) {
            if (hal::recording::time_of(*line)) break; // the first head is over
            const auto* option = std::get_if<hal::recording::Option>(&*line);
            if (option && option->key == "not-before") return parse_date(option->value);
        }
    } catch (const std::runtime_error&) {
    }
    return std::nullopt;
}

} // namespace ppsd::app
