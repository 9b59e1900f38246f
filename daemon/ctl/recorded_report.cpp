#include "daemon/ctl/recorded_report.hpp"

#include "daemon/record/replay_station.hpp"
#include "daemon/settings/options.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace ppsd::app {
namespace {

constexpr std::int64_t billion = 1'000'000'000;
// Of the histogram and the deviations, as a history has them: more than a day.
constexpr std::int64_t most_offsets = 100'000;

double seconds(hal::Nanos length) noexcept {
    return std::chrono::duration<double>(length).count();
}

const char* level_of(State state) noexcept {
    switch (state) {
    case State::locked:
        return "good";
    case State::starting:
    case State::searching:
    case State::holdover:
        return "warning";
    default:
        return "bad";
    }
}

/// What is known at that second but for the offset.
Point point_of(const Pipeline& pipeline, std::int64_t second, hal::MonoTime now) {
    Point point;
    point.time = second;
    if (const auto delay = pipeline.learned_delay()) point.values[Series::delay] = seconds(*delay);
    if (pipeline.last_pulse()) {
        const auto& wheel = pipeline.keeper().wheel();
        point.values[Series::frequency] = wheel.rate();
        point.values[Series::jitter] = seconds(wheel.scatter());
    }
    if (const auto said = pipeline.satellites(now)) {
        if (said->used) point.values[Series::satellites] = static_cast<double>(*said->used);
        if (said->signal_db) point.values[Series::signal] = *said->signal_db;
    }
    return point;
}

} // namespace

void RecordedReport::tell(const char* kind, const char* level, std::string text) {
    events_.push_back({now_, kind, level, std::move(text)});
}

void RecordedReport::begin(const Turn& turn) {
    program_ = turn.program;
    if (turn.begin->part > 0 && state_) return;
    // Its time is known once a clock was read in it.
    now_ = 0;
    latest_ = {};
    state_.reset();
    renumbered_ = clock_steps_ = 0;
}

void RecordedReport::note_samples(const ReplayStation& station) {
    for (const OutLine& line : station.out()) {
        const auto* published = std::get_if<hal::recording::Published>(&line);
        if (!published || published->feed != hal::Feed::pps) continue;
        const std::int64_t second = published->clock.posix();
        const auto at = std::ranges::lower_bound(points_, second, {}, &Point::time);
        if (points_.empty()) continue;
        // Of its own second, unless the system clock is far off.
        Point& point = at != points_.end() && at->time == second ? *at : points_.back();
        point.values[Series::offset] =
            static_cast<double>(second * billion - published->receive.ns()) * 1e-9;
    }
}

void RecordedReport::tell_changes(const Pipeline& pipeline, hal::MonoTime now) {
    if (!state_) tell("restart", "info", "the recording begins: " + program_);
    if (state_ != pipeline.state()) {
        state_ = pipeline.state();
        tell("state", level_of(*state_),
             fmt::format("{}: {}", name(*state_), pipeline.explanation(now).text));
    }
    if (pipeline.renumbered() > std::exchange(renumbered_, pipeline.renumbered()))
        tell("renumbered", "warning", "the seconds were counted anew");
    if (pipeline.clock_steps() > std::exchange(clock_steps_, pipeline.clock_steps()))
        tell("step", "warning", "the system clock was set");
}

void RecordedReport::note_second(const Pipeline& pipeline, hal::MonoTime now) {
    now_ = pipeline.known_offset().to_real(now).ns() / billion;
    // After a step back of the clock times come again: the later ones are not shown twice.
    if (points_.empty() || points_.back().time < now_)
        points_.push_back(point_of(pipeline, now_, now));
}

void RecordedReport::look(const Turn& turn, const ReplayStation& station) {
    if (turn.begin) begin(turn);
    if (!turn.input) return;
    // An edge's stamp may be from before the turn.
    latest_ = std::max(latest_, hal::time_of(*turn.input));
    note_second(station.pipeline(), latest_);
    tell_changes(station.pipeline(), latest_);
    note_samples(station);
}

std::int64_t RecordedReport::end() const noexcept {
    return points_.empty() ? 0 : points_.back().time + 1;
}

Report RecordedReport::make(std::string source, const std::optional<std::int64_t>& from,
                            const std::optional<std::int64_t>& to) const {
    const std::int64_t first = from.value_or(points_.empty() ? 0 : points_.front().time);
    const std::int64_t last = to.value_or(end());
    if (first >= last || first >= end())
        throw std::runtime_error(source + ": holds nothing of that time");
    const std::int64_t step = (last - first + report_steps - 1) / report_steps;
    CurveMaker maker{first, last, step};
    Report report{std::move(source), std::string{version()}, {}, {}, {}};
    report.offsets = {std::max(first, last - most_offsets), last, 1, {}};
    for (const Point& point : points_) {
        if (point.time < first || point.time >= last) continue;
        maker.add(row_of(point));
        if (const double offset = point.values[Series::offset];
            known(offset) && point.time >= report.offsets.from)
            report.offsets.values.push_back({point.time, offset});
    }
    report.curve = maker.take();
    for (const Event& event : events_)
        if (event.time < last) report.events.push_back(event);
    return report;
}

} // namespace ppsd::app
