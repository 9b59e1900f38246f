// What was, on one page: for a bug report, or for the wall. Pure.
#pragma once

#include "daemon/observe/curve.hpp"
#include "daemon/observe/series.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ppsd {

struct Report {
    std::string source;        ///< "/var/lib/ppsd-web/history.db"
    std::string version;       ///< of the program that made the report
    Curve curve;               ///< from and to are the report's
    Trace offsets;             ///< as fine as there are: for the histogram and the deviations
    std::vector<Event> events; ///< oldest first; also those before curve.from, for the state then
    std::string note = {};     ///< what has to be known of the values; one line
};

/// Steps of the curve of a report.
inline constexpr std::int64_t report_steps = 700;

/// The state at its end and how much of the time there were pulses.
struct ReportVerdict {
    std::string level; ///< of the event: "good", "warning", "bad"; "unknown" without one
    std::string headline;
    std::string detail;
};
[[nodiscard]] ReportVerdict verdict_of(const Report& report);

/// Those from report.curve.from on.
[[nodiscard]] std::vector<Event> events_shown(const Report& report);

/// "Pulse offset: mean -0.12 us, spread 45 ns, between -310 ns and +280 ns"; "" without a value.
[[nodiscard]] std::string series_words(const Report& report, Series series);

/// One HTML file that asks for nothing else.
[[nodiscard]] std::string report_html(const Report& report);

/// For a terminal or a mail. columns: at least 40; braille: in UTF-8, else ASCII.
[[nodiscard]] std::string report_text(const Report& report, std::size_t columns, bool braille);

} // namespace ppsd
