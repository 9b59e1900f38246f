#include "daemon/ctl/recorded_report.hpp"

#include "daemon/record/replay_station.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/text/scaled.hpp"

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

/// To the nearest.
std::int64_t whole_seconds(hal::Nanos length) noexcept {
    return std::chrono::round<std::chrono::seconds>(length).count();
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

/// Whether a step of that size, which brought the clock to `now`, is a leap second: then the names
/// of seconds stepped as well, and the offset is still right.
bool is_leap_second(std::int64_t now, hal::Nanos by) noexcept {
    constexpr std::int64_t day = 86400;
    constexpr std::int64_t near = 2;
    const std::int64_t since_midnight = now % day;
    const auto length = std::chrono::abs(by);
    return length > std::chrono::milliseconds{900} && length < std::chrono::milliseconds{1100} &&
           (since_midnight <= near || since_midnight >= day - near);
}

} // namespace

void RecordedReport::tell(const char* kind, const char* level, std::string text) {
    events_.push_back({{now_, kind, level, std::move(text)}, steps_.size()});
}

void RecordedReport::begin(const Turn& turn) {
    program_ = turn.program;
    if (turn.begin->part > 0 && state_) return;
    // Its time is known once a clock was read in it.
    now_ = 0;
    latest_ = {};
    state_.reset();
    renumbered_ = 0;
}

void RecordedReport::note_clock(const Turn& turn, const hal::ClockOffset& offset) {
    if (const auto* slept = std::get_if<hal::Slept>(&*turn.input)) note_sleep(slept->length);
    if (state_ && std::holds_alternative<hal::ClockStep>(*turn.input))
        note_step(offset.real_minus_mono - clock_.real_minus_mono);
    clock_ = offset;
}

void RecordedReport::note_step(hal::Nanos by) {
    if (is_leap_second(now_, by))
        return tell("step", "info", "the system clock took a leap second");
    steps_.push_back({latest_, by});
    tell("step", "warning", "the system clock was set by " + scaled_offset(seconds(by)));
}

// Just before it comes the clock's new offset from CLOCK_MONOTONIC, which stood still: no step.
void RecordedReport::note_sleep(hal::Nanos length) {
    if (!steps_.empty() && latest_ - steps_.back().at < std::chrono::seconds{1})
        steps_.back().by = hal::Nanos{0};
    tell("gap", "info", "the machine slept for " + scaled(seconds(length)));
}

void RecordedReport::note_samples(const ReplayStation& station) {
    for (const OutLine& line : station.out()) {
        const auto* published = std::get_if<hal::recording::Published>(&line);
        if (!published || published->feed != hal::Feed::pps || seconds_.empty()) continue;
        const std::int64_t time = published->clock.posix();
        const hal::Nanos offset{time * billion - published->receive.ns()};
        // Of its own second, unless the system clock is far off, or was set since.
        const auto same_clock =
            std::ranges::lower_bound(seconds_, steps_.size(), {}, &Second::steps);
        const auto at = std::lower_bound(
            same_clock, seconds_.end(), time,
            [](const Second& second, std::int64_t t) { return second.point.time < t; });
        const bool found = at != seconds_.end() && at->point.time == time;
        (found ? *at : seconds_.back()).offset = offset;
    }
}

void RecordedReport::tell_changes(const Pipeline& pipeline) {
    if (!state_) tell("restart", "info", "the recording begins: " + program_);
    if (state_ != pipeline.state()) {
        state_ = pipeline.state();
        tell("state", level_of(*state_),
             fmt::format("{}: {}", name(*state_), pipeline.explanation(latest_).text));
    }
    if (pipeline.renumbered() > std::exchange(renumbered_, pipeline.renumbered()))
        tell("renumbered", "warning", "the seconds were counted anew");
}

void RecordedReport::note_second(const Pipeline& pipeline) {
    if (seconds_.empty() || seconds_.back().steps < steps_.size() ||
        seconds_.back().point.time < now_)
        seconds_.push_back({point_of(pipeline, now_, latest_), {}, steps_.size()});
}

void RecordedReport::look(const Turn& turn, const ReplayStation& station) {
    if (turn.begin) begin(turn);
    if (!turn.input) return;
    // An edge's stamp may be from before the turn.
    latest_ = std::max(latest_, hal::time_of(*turn.input));
    const Pipeline& pipeline = station.pipeline();
    now_ = pipeline.known_offset().to_real(latest_).ns() / billion;
    note_clock(turn, pipeline.known_offset());
    note_second(pipeline);
    tell_changes(pipeline);
    if (const auto* rate = std::get_if<hal::LineRate>(&*turn.input))
        tell("rate", "warning", fmt::format("the line runs at {} baud now", rate->baud));
    note_samples(station);
}

hal::Nanos RecordedReport::set_after(std::size_t steps) const noexcept {
    hal::Nanos by{0};
    for (std::size_t i = steps; i < steps_.size(); ++i)
        by += steps_[i].by;
    return by;
}

std::int64_t RecordedReport::time_of(const Second& second) const noexcept {
    return second.point.time + whole_seconds(set_after(second.steps));
}

std::string RecordedReport::note() const {
    const auto count =
        std::ranges::count_if(steps_, [](const Step& step) { return step.by != hal::Nanos{0}; });
    if (count == 0) return {};
    return fmt::format(
        "The system clock was set {}, by {}{}: times and offsets from before are shown "
        "as if it had been set already.",
        count == 1 ? "once" : fmt::format("{} times", count), scaled_offset(seconds(set_after(0))),
        count == 1 ? "" : " in all");
}

std::vector<Event> RecordedReport::events() const {
    std::vector<Event> all;
    for (const Told& told : events_) {
        const bool was_sleep = told.event.kind == "step" && told.event.level == "warning" &&
                               steps_[told.steps - 1].by == hal::Nanos{0};
        if (was_sleep) continue;
        all.push_back(told.event);
        all.back().time += whole_seconds(set_after(told.steps));
    }
    return all;
}

std::int64_t RecordedReport::end() const noexcept {
    return seconds_.empty() ? 0 : time_of(seconds_.back()) + 1;
}

Report RecordedReport::make(std::string source, const std::optional<std::int64_t>& from,
                            const std::optional<std::int64_t>& to) const {
    const std::int64_t first = from.value_or(seconds_.empty() ? 0 : time_of(seconds_.front()));
    const std::int64_t last = to.value_or(end());
    if (first >= last || first >= end())
        throw std::runtime_error(source + ": holds nothing of that time");
    const std::int64_t step = (last - first + report_steps - 1) / report_steps;
    CurveMaker maker{first, last, step};
    Report report{std::move(source), std::string{version()}, {}, {}, {}, note()};
    report.offsets = {std::max(first, last - most_offsets), last, 1, {}};
    for (const Second& second : seconds_) {
        Point point = second.point;
        point.time = time_of(second);
        if (point.time < first || point.time >= last) continue;
        if (second.offset)
            point.values[Series::offset] = seconds(*second.offset - set_after(second.steps));
        maker.add(row_of(point));
        if (second.offset && point.time >= report.offsets.from)
            report.offsets.values.push_back({point.time, point.values[Series::offset]});
    }
    report.curve = maker.take();
    for (Event& event : events())
        if (event.time < last) report.events.push_back(std::move(event));
    return report;
}

} // namespace ppsd::app
