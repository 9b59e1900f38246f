#include "daemon/web/history.hpp"

#include "daemon/web/history_file.hpp"

#include <algorithm>

namespace ppsd::web {
namespace {

// While nothing can be written. Six hours, 2 MB.
constexpr std::size_t most_points = 21600;
constexpr std::size_t most_events = 1000;
// Of the finest rows, for deviations and histograms: more than a day.
constexpr std::int64_t most_rows = 100'000;
// As many rows are looked at for a step of a curve, so that a view costs some ms.
constexpr std::int64_t rows_per_step = 20;

template <class T>
void keep_newest(std::deque<T>& all, std::size_t most) {
    while (all.size() > most)
        all.pop_front();
}

constexpr std::int64_t steps_in(std::int64_t from, std::int64_t to, std::int64_t step) {
    return (to - from + step - 1) / step;
}

} // namespace

History::History(std::string path, Database::Access access)
    : path_{std::move(path)}, access_{access} {
    open();
}

History::~History() = default;

void History::open() {
    try {
        file_ = std::make_unique<HistoryFile>(path_, access_);
    } catch (const DatabaseError& error) {
        const std::lock_guard lock{mutex_};
        problem_ = error.what();
    }
}

void History::add(const Point& point) {
    const std::lock_guard lock{mutex_};
    points_.push_back(point);
    keep_newest(points_, most_points);
}

void History::add(const Event& event) {
    const std::lock_guard lock{mutex_};
    events_.push_back(event);
    keep_newest(events_, most_events);
}

bool History::flush() {
    const std::lock_guard file_lock{file_mutex_};
    if (!file_) open();
    if (!file_) return false;
    std::vector<Point> points;
    std::vector<Event> events;
    {
        const std::lock_guard lock{mutex_};
        points.assign(points_.begin(), points_.end());
        events.assign(events_.begin(), events_.end());
    }
    std::ranges::sort(points, {}, &Point::time);
    try {
        file_->write(points, events);
    } catch (const DatabaseError& error) {
        const std::lock_guard lock{mutex_};
        problem_ = error.what();
        return false;
    }
    const std::lock_guard lock{mutex_};
    points_.clear();
    events_.clear();
    problem_.clear();
    return true;
}

std::string History::problem() const {
    const std::lock_guard lock{mutex_};
    return problem_;
}

Curve History::read(std::size_t level, std::int64_t from, std::int64_t to,
                    std::int64_t step) const {
    CurveMaker maker{from, to, step};
    std::vector<Row> waiting;
    {
        const std::lock_guard lock{mutex_};
        for (const Point& point : points_)
            if (point.time >= from && point.time < to) waiting.push_back(row_of(point));
    }
    std::ranges::sort(waiting, {}, &Row::time);
    auto next = waiting.begin();
    if (file_)
        file_->read(level, from - from % levels[level].step, to, [&](const Row& row) {
            for (; next != waiting.end() && next->time < row.time; ++next)
                maker.add(*next);
            maker.add(row);
        });
    for (; next != waiting.end(); ++next)
        maker.add(*next);
    return maker.take();
}

// A day's view begins a little before the day that is kept: what is missing there is not missed.
bool History::has(std::size_t level, std::int64_t from, std::int64_t to) const {
    return !file_ || file_->has(level, from + (to - from) / 50 + 900);
}

Curve History::curve(std::int64_t from, std::int64_t to, std::int64_t most) const {
    const std::lock_guard lock{file_mutex_};
    std::size_t level = 0;
    while (level + 1 < levels.size() &&
           (steps_in(from, to, levels[level].step) > rows_per_step * most || !has(level, from, to)))
        ++level;
    const std::int64_t unit = levels[level].step;
    const std::int64_t step =
        steps_in(0, std::max((to - from + most - 1) / most, unit), unit) * unit;
    return read(level, from, to, step);
}

Trace History::finest(std::int64_t from, std::int64_t to, Series series) const {
    const std::lock_guard file_lock{file_mutex_};
    std::size_t level = 0;
    while (level + 1 < levels.size() && !has(level, from, to))
        ++level;
    const std::int64_t step = levels[level].step;
    Trace trace{std::max(from, to - most_rows * step), to, step, {}};
    if (file_) file_->trace(level, trace, series);
    // What waits is minutes: to a coarser step it adds nothing that is seen.
    if (step > 1) return trace;
    const std::lock_guard lock{mutex_};
    for (const Point& point : points_)
        if (point.time >= trace.from && point.time < to && known(point.values[series]))
            trace.values.push_back({point.time, point.values[series]});
    std::ranges::sort(trace.values, {}, &Trace::Value::time);
    return trace;
}

std::vector<Event> History::events(std::int64_t from, std::int64_t to, std::int64_t most) const {
    const std::lock_guard file_lock{file_mutex_};
    std::vector<Event> all;
    if (file_) all = file_->events(from, to, most);
    const std::lock_guard lock{mutex_};
    for (const Event& event : events_)
        if (event.time >= from && event.time < to) all.push_back(event);
    if (all.size() > static_cast<std::size_t>(most))
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
    return all;
}

} // namespace ppsd::web
