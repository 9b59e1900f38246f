#include "daemon/simulate/sim_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ppsd::app {

using nlohmann::ordered_json;

namespace {

constexpr double median = 0.5, most_of_all = 0.99;

std::string errors(const SimHistogram& error, double unit, std::string_view name) {
    return fmt::format("median {:.0f}, 99 % {:.0f}, largest {:.0f} {}",
                       static_cast<double>(error.quantile(median)) / unit,
                       static_cast<double>(error.quantile(most_of_all)) / unit,
                       static_cast<double>(error.largest()) / unit, name);
}

/// Calls row(name, count) for each verdict that was given.
template <class Verdict, std::size_t size, class Row>
void for_each(const Counters<Verdict, size>& counters, Row&& row) {
    for (std::size_t i = 0; i < size; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        if (counters[verdict] > 0) row(name(verdict), counters[verdict]);
    }
}

template <class AnyCounters>
std::string verdicts(std::string_view of, const AnyCounters& counters) {
    std::string line = fmt::format("{:<18}", of);
    for_each(counters, [&](std::string_view verdict, std::uint64_t count) {
        line += fmt::format(" {} {}", verdict, count);
    });
    return line + "\n";
}

template <class AnyCounters>
ordered_json verdicts(const AnyCounters& counters) {
    ordered_json all = ordered_json::object();
    for_each(counters, [&](std::string_view verdict, std::uint64_t count) {
        all[std::string{verdict}] = count;
    });
    return all;
}

std::string place(std::string_view what, const std::optional<SimPlace>& place) {
    if (!place) return {};
    return fmt::format("{:<18} seed {}, second {}, off by {}\n", what, place->seed, place->second,
                       place->off == INT64_MAX ? "years" : fmt::format("{} s", place->off));
}

ordered_json place(const std::optional<SimPlace>& place) {
    if (!place) return nullptr;
    return {{"seed", place->seed}, {"second", place->second}};
}

ordered_json errors(const SimHistogram& error) {
    return {{"median_ns", error.quantile(median)},
            {"p99_ns", error.quantile(most_of_all)},
            {"max_ns", error.largest()}};
}

} // namespace

std::string sim_text(const SimReport& report, const SimFigures& f) {
    std::string text = fmt::format("scenario           {} ({}, seed {})\n", report.scenario,
                                   report.level, report.seed);
    text += fmt::format("simulated          {} s in {} run{}, {:.1f} s of CPU\n", f.seconds, f.runs,
                        f.runs == 1 ? "" : "s", report.cpu_seconds);
    text += fmt::format("samples            {}, wrong {}, invisible {}, invisible anew {}\n",
                        f.samples, f.wrong, f.invisible, f.invisible_anew);
    text += fmt::format("leap field         wrong {}\n", f.leap_wrong);
    text += fmt::format("missed             {} of {} that were due\n", f.missed, f.due);
    text += fmt::format("error              {}\n", errors(f.error, 1, "ns"));
    text += fmt::format("within precision   {} of {}\n", f.within_precision, f.samples);
    text += fmt::format("first fix to lock  {} s at most, {} run{} never\n", f.slowest_lock,
                        f.never_locked, f.never_locked == 1 ? "" : "s");
    if (f.nmea_samples > 0)
        text += fmt::format("NMEA samples       {}, wrong {}, invisible {}\n"
                            "NMEA error         {}\n",
                            f.nmea_samples, f.nmea_wrong, f.nmea_invisible,
                            errors(f.nmea_error, 1e6, "ms"));
    text += verdicts("edges", f.edges) + verdicts("labels", f.labels) +
            verdicts("pps samples", f.published[hal::Feed::pps]) +
            verdicts("nmea samples", f.published[hal::Feed::nmea]) +
            verdicts("sentences", f.sentences);
    text += place("first wrong", f.first_wrong) + place("first missed", f.first_missed) +
            place("first NMEA wrong", f.first_nmea_wrong) +
            place("first leap wrong", f.first_leap_wrong);
    for (const auto& line : report.broken)
        text += fmt::format("LIMIT BROKEN       {}\n", line);
    return text;
}

std::string sim_json(const SimReport& report, const SimFigures& f) {
    const ordered_json json{
        {"scenario", report.scenario},
        {"level", report.level},
        {"seed", report.seed},
        {"cpu_seconds", report.cpu_seconds},
        {"seconds", f.seconds},
        {"runs", f.runs},
        {"samples", f.samples},
        {"wrong", f.wrong},
        {"invisible", f.invisible},
        {"invisible_anew", f.invisible_anew},
        {"leap_wrong", f.leap_wrong},
        {"due", f.due},
        {"missed", f.missed},
        {"error", errors(f.error)},
        {"within_precision", f.within_precision},
        {"slowest_lock_s", f.slowest_lock},
        {"never_locked", f.never_locked},
        {"nmea",
         {{"samples", f.nmea_samples},
          {"wrong", f.nmea_wrong},
          {"invisible", f.nmea_invisible},
          {"error", errors(f.nmea_error)}}},
        {"verdicts",
         {{"edges", verdicts(f.edges)},
          {"labels", verdicts(f.labels)},
          {"pps_samples", verdicts(f.published[hal::Feed::pps])},
          {"nmea_samples", verdicts(f.published[hal::Feed::nmea])},
          {"sentences", verdicts(f.sentences)}}},
        {"first_wrong", place(f.first_wrong)},
        {"first_missed", place(f.first_missed)},
        {"first_nmea_wrong", place(f.first_nmea_wrong)},
        {"first_leap_wrong", place(f.first_leap_wrong)},
        {"limits_broken", report.broken},
    };
    return json.dump(2) + "\n";
}

} // namespace ppsd::app
