#include "daemon/observe/deviation.hpp"
#include "daemon/observe/histogram.hpp"
#include "daemon/observe/report.hpp"
#include "daemon/observe/text_curve.hpp"
#include "daemon/observe/value_text.hpp"
#include "daemon/text/log.hpp"
#include "daemon/text/scaled.hpp"
#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace ppsd {
namespace {

constexpr std::size_t margin = 16; // what stands before a curve: "+20.3010012 ppm "

std::string utc(std::int64_t second) {
    return app::utc_text(second * 1'000'000'000, 0);
}

/// A value for each of so many equal parts of the time; nothing where there is none.
std::vector<std::optional<double>> resampled(const Curve& curve, Series series, std::size_t parts) {
    std::vector<Summary> all(parts);
    const auto span = static_cast<double>(curve.to - curve.from);
    for (const Row& row : curve.rows) {
        const double place =
            static_cast<double>(std::max(row.time, curve.from) - curve.from) / span;
        const auto i = static_cast<std::size_t>(place * static_cast<double>(parts));
        all[std::min(i, parts - 1)].add(row.values[series]);
    }
    std::vector<std::optional<double>> values;
    for (const Summary& one : all)
        values.push_back(one.n > 0 ? std::optional{one.mean} : std::nullopt);
    return values;
}

std::string plot(const Report& report, Series series, std::size_t columns, bool braille) {
    const std::string words = series_words(report, series);
    if (words.empty()) return {};
    constexpr std::size_t rows = 6;
    const std::size_t room = std::max<std::size_t>(columns, 40) - margin;
    const std::size_t steps = std::min<std::size_t>(
        values_in(room, braille),
        static_cast<std::size_t>(std::max<std::int64_t>(1, report.curve.to - report.curve.from)));
    const auto values = resampled(report.curve, series, steps);
    const auto range = range_of(values);
    std::string text = fmt::format("\n{}: {}\n", info(series).title, words);
    if (!range) return text;
    const AxisText axis{series, range->low, range->high};
    const auto lines = curve(values, *range, room, rows, braille);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string end = i == 0                  ? axis(range->high)
                                : i + 1 == lines.size() ? axis(range->low)
                                                        : "";
        text += fmt::format("{:>{}} {}\n", end, margin - 1, lines[i]);
    }
    return text;
}

std::string histogram_text(const Report& report, std::size_t columns) {
    const Histogram all = histogram(report.offsets);
    if (all.counts.empty()) return {};
    constexpr std::size_t merged = 5; // bins in a line
    std::string text =
        fmt::format("\nHistogram of the offset: {} of {} s\n", all.all.n, report.offsets.step);
    std::vector<std::uint64_t> sums;
    for (std::size_t i = 0; i < all.counts.size(); ++i) {
        if (i % merged == 0) sums.push_back(0);
        sums.back() += all.counts[i];
    }
    const auto most = static_cast<double>(*std::ranges::max_element(sums));
    const auto room = static_cast<double>(std::max<std::size_t>(columns, 40) - margin - 9);
    const auto begin = [&](std::size_t bin) {
        return all.low + static_cast<double>(bin) * all.width;
    };
    const AxisText axis{Series::offset, all.low, begin(all.counts.size())};
    for (std::size_t i = 0; i < sums.size(); ++i)
        text += fmt::format(
            "{:>{}} {:<{}} {}\n", axis(begin(i * merged)), margin - 1,
            std::string(static_cast<std::size_t>(static_cast<double>(sums[i]) / most * room), '#'),
            static_cast<std::size_t>(room), sums[i]);
    return text;
}

std::string deviation_text(const Report& report) {
    const auto all = deviations(report.offsets);
    if (all.empty()) return {};
    std::string text =
        fmt::format("\nStability of the offset over a time tau\n{:>12}{:>14}{:>14}{:>12}\n", "tau",
                    "Allan", "modified", "time");
    for (const Deviation& one : all)
        text += fmt::format("{:>10} s{:>14.2e}{:>14.2e}{:>12}\n", one.tau, one.adev, one.mdev,
                            app::scaled(one.tdev));
    return text;
}

std::string events_text(const Report& report) {
    const auto events = events_shown(report);
    std::string text = "\nEvents\n";
    for (const Event& event : events)
        text += fmt::format("{}  {:<10}  {}\n", utc(event.time), event.kind,
                            app::ascii_only(event.text));
    return events.empty() ? text + "none in this time\n" : text;
}

} // namespace

std::string report_text(const Report& report, std::size_t columns, bool braille) {
    const ReportVerdict verdict = verdict_of(report);
    std::string text = fmt::format("{}\n{}\n", app::ascii_only(verdict.headline), verdict.detail);
    if (!report.note.empty()) text += app::ascii_only(report.note) + "\n";
    text += fmt::format("{} to {}, from {}\n", utc(report.curve.from), utc(report.curve.to),
                        app::ascii_only(report.source));
    for (std::size_t i = 0; i < series_count; ++i)
        text += plot(report, static_cast<Series>(i), columns, braille);
    return text + histogram_text(report, columns) + deviation_text(report) + events_text(report);
}

} // namespace ppsd
