#include "daemon/observe/report.hpp"

#include "daemon/observe/value_text.hpp"

#include <fmt/format.h>

namespace ppsd {
namespace {

/// The last one that tells a state.
const Event* last_state(const Report& report) {
    const Event* found = nullptr;
    for (const Event& event : report.events)
        if (event.time < report.curve.to && (event.kind == "state" || event.kind == "gap"))
            found = &event;
    return found;
}

Summary total(const Report& report, Series series) {
    Summary all;
    for (const Row& row : report.curve.rows)
        all.add(row.values[series]);
    return all;
}

} // namespace

std::vector<Event> events_shown(const Report& report) {
    std::vector<Event> shown;
    for (const Event& event : report.events)
        if (event.time >= report.curve.from) shown.push_back(event);
    return shown;
}

ReportVerdict verdict_of(const Report& report) {
    const auto pulses = total(report, Series::offset).n;
    const std::int64_t seconds = report.curve.to - report.curve.from;
    // A row of a long time counts its seconds whether each had a pulse or not.
    const std::string detail = pulses == 0
                                   ? "No sample of the pulses in this time."
                                   : fmt::format("Samples of the pulses in {:.4g} % of the time.",
                                                 std::min(100.0, 100 * static_cast<double>(pulses) /
                                                                     static_cast<double>(seconds)));
    const Event* state = last_state(report);
    if (!state) return {"unknown", "The state at the end is not known", detail};
    return {state->level, "At the end: " + state->text, detail};
}

std::string series_words(const Report& report, Series series) {
    const Summary all = total(report, series);
    if (all.n == 0) return {};
    const AxisText ends{series, all.low, all.high};
    return fmt::format("mean {}, spread {}, between {} and {}", value_text(series, all.mean),
                       spread_text(series, all.sd), ends(all.low), ends(all.high));
}

} // namespace ppsd
