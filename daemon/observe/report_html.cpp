#include "daemon/observe/report.hpp"
#include "daemon/observe/svg_plot.hpp"
#include "daemon/text/utc_text.hpp"

#include <fmt/format.h>

namespace ppsd {
namespace {

// The policy lets nothing be fetched, whatever an event's text says.
constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ppsd: report</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --faint: #5a6675; --grid: #d5dae1; --back: #fff;
  --line: #1f68b0; --second: #a8500f; --good: #1b7a3d; --warning: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --faint: #a3afbd; --grid: #39424e;
  --back: #14181e; --line: #6cb2f5; --second: #f0a060; --good: #63c98a; --warning: #e5b45a;
  --bad: #ff8a80; } }
body { font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--back);
  max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; border-left: .4rem solid var(--faint); padding-left: .6rem; }
h1.good { border-color: var(--good); } h1.warning { border-color: var(--warning); }
h1.bad { border-color: var(--bad); } h2 { font-size: 1.1rem; margin: 1.6rem 0 0; }
p { margin: .2rem 0; } .words { color: var(--faint); }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; } text { fill: var(--faint); }
.grid { stroke: var(--grid); } .line { fill: none; stroke: var(--line); stroke-width: 1.5; }
circle.line { fill: var(--line); } .band { fill: var(--line); opacity: .2; } rect { fill: var(--line); }
.colour-1 { stroke: var(--second); stroke-dasharray: 5 3; } .mark { stroke: var(--faint); }
.good .mark { stroke: var(--good); } .warning .mark { stroke: var(--warning); }
.bad .mark { stroke: var(--bad); } @media (max-width: 600px) { svg { font-size: 16px; } } ul { list-style: none; padding: 0; } li { margin: .3rem 0; }
</style>
</head>
<body>
<main>
)";

std::string utc_of(std::int64_t second) {
    return app::utc_text(second * 1'000'000'000, 0);
}

/// Heading, words, picture; nothing without a picture.
std::string section(std::string_view title, std::string_view words, const std::string& picture) {
    if (picture.empty()) return {};
    return fmt::format("<section>\n<h2>{}</h2>\n<p class=\"words\">{}</p>\n{}</section>\n",
                       escaped(title), escaped(words), picture);
}

std::string curves(const Report& report) {
    std::string html;
    for (std::size_t i = 0; i < series_count; ++i) {
        const SeriesInfo& series = all_series[i];
        const std::string words = series_words(report, static_cast<Series>(i));
        html += section(series.title, fmt::format("{}: {}", series.meaning, words),
                        svg_curve(report.curve, static_cast<Series>(i), report.events,
                                  fmt::format("{} over time: {}", series.title, words)));
    }
    return html;
}

std::string statistics(const Report& report) {
    const Histogram all = histogram(report.offsets);
    const auto stability = deviations(report.offsets);
    const std::string n = fmt::format("of {} values, {} s apart", all.all.n, report.offsets.step);
    return section("Histogram of the offset", "how often the offset was how large, " + n,
                   svg_histogram(all, Series::offset, "Histogram of the offset")) +
           section("Allan deviation",
                   "overlapping, and modified (dashed), of the offset over a time tau, " + n,
                   svg_deviations(stability, {&Deviation::adev, &Deviation::mdev},
                                  "Allan deviation over tau")) +
           section("Time deviation", "of the offset over a time tau, in s, " + n,
                   svg_deviations(stability, {&Deviation::tdev}, "Time deviation over tau"));
}

std::string event_list(const Report& report) {
    std::string html = "<section>\n<h2>Events</h2>\n<ul>\n";
    const auto events = events_shown(report);
    for (const Event& event : events)
        html += fmt::format("<li class=\"{}\"><time>{}</time> {}: {}</li>\n", escaped(event.level),
                            utc_of(event.time), escaped(event.kind), escaped(event.text));
    if (events.empty()) html += "<li>None in this time.</li>\n";
    return html + "</ul>\n</section>\n";
}

} // namespace

std::string report_html(const Report& report) {
    const ReportVerdict verdict = verdict_of(report);
    const std::string note =
        report.note.empty() ? "" : fmt::format("<p>{}</p>\n", escaped(report.note));
    return fmt::format("{}<h1 class=\"{}\">{}</h1>\n<p>{}</p>\n{}<p class=\"words\">{} to {}, from "
                       "{}; made by ppsd {}. Times are UTC.</p>\n{}{}{}</main>\n</body>\n</html>\n",
                       head, escaped(verdict.level), escaped(verdict.headline),
                       escaped(verdict.detail), note, utc_of(report.curve.from),
                       utc_of(report.curve.to), escaped(report.source), escaped(report.version),
                       curves(report), statistics(report), event_list(report));
}

} // namespace ppsd
